use super::{
    CreationRule,
    error::{ConfigError, ConfigFault, Warning},
    fields::Fields,
    pattern::PathPattern,
    rule,
};

/// Where and how a file is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationRule {
    /// Where to; none where the rule does not say.
    pub destination: Option<Destination>,
    /// Whether the name there goes without its extension.
    pub omit_extensions: bool,
    /// How the file is encrypted again before; without keys it is published as it is.
    pub recreation_rule: CreationRule,
}

/// A place to publish to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A bucket of AWS S3.
    S3 {
        /// Its name.
        bucket: String,
        /// What stands in front of a file's name.
        prefix: String,
    },
    /// A bucket of Google Cloud Storage.
    Gcs {
        /// Its name.
        bucket: String,
        /// What stands in front of a file's name.
        prefix: String,
    },
    /// The key-value engine of Vault or OpenBao, where the values stand decrypted.
    Vault {
        /// The server; none for that of the environment.
        address: Option<String>,
        /// What stands in front of a file's name.
        path: String,
        /// Where the engine is mounted, with a slash behind it: `secret/`.
        mount: String,
        /// The engine's version.
        version: VaultVersion,
    },
}

/// A version of Vault's key-value engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultVersion {
    /// The one without versions of secrets.
    One,
    /// The one with them.
    Two,
}

/// Reads a destination rule whose `path_regex` has been taken.
///
/// # Errors
/// [`ConfigError::Wrong`].
pub(super) fn read(mut fields: Fields<'_>, warnings: &mut Vec<Warning>) -> Result<DestinationRule, ConfigError> {
    let recreation_rule = match fields.take("recreation_rule") {
        Some(at) => {
            let mut fields = at.fields()?;
            // Upstream has the field, and does not look at it.
            PathPattern::take(&mut fields)?;
            rule::read(fields, warnings)?
        }
        None => CreationRule::empty(),
    };
    let rule = DestinationRule {
        destination: destination(&mut fields)?,
        omit_extensions: fields.boolean("omit_extensions")?,
        recreation_rule,
    };
    fields.finish(warnings);
    Ok(rule)
}

fn destination(fields: &mut Fields<'_>) -> Result<Option<Destination>, ConfigError> {
    let prefix = |text: Option<String>| text.unwrap_or_default();
    let s3 = (fields.text("s3_bucket")?, prefix(fields.text("s3_prefix")?));
    let gcs = (fields.text("gcs_bucket")?, prefix(fields.text("gcs_prefix")?));
    let address = fields.text("vault_address")?;
    let mount = fields
        .text("vault_kv_mount_name")?
        .unwrap_or_else(|| "secret".to_owned());
    let version = version(fields)?;
    match (s3, gcs, fields.text("vault_path")?) {
        ((None, _), (None, _), None) => Ok(None),
        ((Some(bucket), prefix), (None, _), None) => Ok(Some(Destination::S3 { bucket, prefix })),
        ((None, _), (Some(bucket), prefix), None) => Ok(Some(Destination::Gcs { bucket, prefix })),
        ((None, _), (None, _), Some(path)) => Ok(Some(Destination::Vault {
            address,
            path: with_slash(path),
            mount: with_slash(mount),
            version,
        })),
        _ => Err(fields.wrong(ConfigFault::SeveralDestinations)),
    }
}

/// 0 is the default. Upstream takes any other number for 2.
fn version(fields: &mut Fields<'_>) -> Result<VaultVersion, ConfigError> {
    Ok(match fields.integer("vault_kv_version", 0, 2)? {
        Some(1) => VaultVersion::One,
        _ => VaultVersion::Two,
    })
}

fn with_slash(mut path: String) -> String {
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}
