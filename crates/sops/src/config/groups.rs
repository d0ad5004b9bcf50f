//! The keys of a creation rule, in the order in which upstream has them.

use std::collections::{BTreeMap, HashSet};

use super::{
    error::{ConfigError, ConfigFault, Warning},
    fields::{At, Fields, OneOrMore},
    keys::{self, KeyFault},
};
use crate::master_key::{AwsKms, AzureKeyVault, MasterKey};

/// The names of the keys that a rule without `key_groups` has.
pub(super) const FLAT: [&str; 8] = [
    "age",
    "pgp",
    "kms",
    "aws_profile",
    "gcp_kms",
    "hckms",
    "azure_keyvault",
    "hc_vault_transit_uri",
];

/// The one group of a rule without `key_groups`.
///
/// # Errors
/// [`ConfigError::Wrong`].
pub(super) fn flat(fields: &mut Fields<'_>) -> Result<Vec<MasterKey>, ConfigError> {
    let profile = fields.text("aws_profile")?.unwrap_or_default();
    let mut found = Vec::new();
    several(fields, "age", &mut found, keys::age)?;
    several(fields, "pgp", &mut found, keys::pgp)?;
    several(fields, "kms", &mut found, |text| keys::aws(text, &profile))?;
    several(fields, "gcp_kms", &mut found, keys::gcp)?;
    if let Some(at) = fields.take("hckms") {
        for item in at.items()? {
            push_all(&item, &item.text()?, &mut found, keys::huawei)?;
        }
    }
    several(fields, "azure_keyvault", &mut found, keys::azure)?;
    several(fields, "hc_vault_transit_uri", &mut found, keys::vault)?;
    Ok(unique(found))
}

/// Keys as a text with commas, or as a sequence of such texts.
fn several(
    fields: &mut Fields<'_>,
    name: &str,
    found: &mut Vec<MasterKey>,
    parse: impl Fn(&str) -> Result<MasterKey, KeyFault>,
) -> Result<(), ConfigError> {
    let Some(at) = fields.take(name) else {
        return Ok(());
    };
    match at.one_or_more()? {
        OneOrMore::One(text) => push_all(&at, &text, found, parse),
        OneOrMore::More(items) => items
            .iter()
            .try_for_each(|item| push_all(item, &item.exact_text()?, found, &parse)),
    }
}

/// Keys with commas between them. Where there is nothing between two, there is none: people leave a comma at the end.
fn push_all(
    at: &At<'_>,
    text: &str,
    found: &mut Vec<MasterKey>,
    parse: impl Fn(&str) -> Result<MasterKey, KeyFault>,
) -> Result<(), ConfigError> {
    for key in text.split(',').filter(|key| !key.trim().is_empty()) {
        found.push(parse(key).map_err(|fault| at.wrong(fault))?);
    }
    Ok(())
}

/// An element of `key_groups`.
///
/// # Errors
/// [`ConfigError::Wrong`].
pub(super) fn group(at: At<'_>, warnings: &mut Vec<Warning>) -> Result<Vec<MasterKey>, ConfigError> {
    let mut found = Vec::new();
    add_group(at, &mut found, warnings)?;
    Ok(unique(found))
}

/// What is merged comes first. The reader's limit of depth bounds how far it goes.
fn add_group(at: At<'_>, found: &mut Vec<MasterKey>, warnings: &mut Vec<Warning>) -> Result<(), ConfigError> {
    let mut fields = at.fields()?;
    each(&mut fields, "merge", |at| add_group(at, found, warnings))?;
    each(&mut fields, "age", |at| push_all(&at, &at.text()?, found, keys::age))?;
    each(&mut fields, "pgp", |at| push(&at, found, keys::pgp))?;
    each(&mut fields, "kms", |at| {
        found.push(aws(at.fields()?, warnings)?);
        Ok(())
    })?;
    each(&mut fields, "gcp_kms", |at| {
        let mut fields = at.fields()?;
        let resource = fields.required("resource_id")?;
        found.push(keys::gcp(&resource).map_err(|fault| fields.wrong(fault))?);
        fields.finish(warnings);
        Ok(())
    })?;
    each(&mut fields, "hckms", |at| {
        let mut fields = at.fields()?;
        let key = fields.required("key_id")?;
        found.push(keys::huawei(&key).map_err(|fault| fields.wrong(fault))?);
        fields.finish(warnings);
        Ok(())
    })?;
    each(&mut fields, "azure_keyvault", |at| {
        found.push(azure(at.fields()?, warnings)?);
        Ok(())
    })?;
    each(&mut fields, "hc_vault", |at| push(&at, found, keys::vault))?;
    fields.finish(warnings);
    Ok(())
}

fn each<'a>(
    fields: &mut Fields<'a>,
    name: &str,
    add: impl FnMut(At<'a>) -> Result<(), ConfigError>,
) -> Result<(), ConfigError> {
    match fields.take(name) {
        Some(at) => at.items()?.try_for_each(add),
        None => Ok(()),
    }
}

fn push(
    at: &At<'_>,
    found: &mut Vec<MasterKey>,
    parse: impl Fn(&str) -> Result<MasterKey, KeyFault>,
) -> Result<(), ConfigError> {
    found.push(parse(&at.text()?).map_err(|fault| at.wrong(fault))?);
    Ok(())
}

fn aws(mut fields: Fields<'_>, warnings: &mut Vec<Warning>) -> Result<MasterKey, ConfigError> {
    let key = AwsKms {
        arn: fields.required("arn")?,
        role: fields.text("role")?,
        context: fields.take("context").map_or(Ok(BTreeMap::new()), context)?,
        profile: fields.text("aws_profile")?.unwrap_or_default(),
    };
    fields.finish(warnings);
    Ok(MasterKey::AwsKms(key))
}

fn context(at: At<'_>) -> Result<BTreeMap<String, String>, ConfigError> {
    let pair = |(key, at): (&signet_document::Key, At<'_>)| {
        if key.converted {
            return Err(at.wrong(ConfigFault::Unquoted("a key")));
        }
        Ok((key.name.clone(), at.text()?))
    };
    at.fields()?.rest().map(pair).collect()
}

fn azure(mut fields: Fields<'_>, warnings: &mut Vec<Warning>) -> Result<MasterKey, ConfigError> {
    let key = AzureKeyVault {
        vault: fields.required("vaultUrl")?,
        name: fields.required("key")?,
        version: fields.text("version")?.unwrap_or_default(),
    };
    fields.finish(warnings);
    Ok(MasterKey::AzureKeyVault(key))
}

/// Without keys that a group has already. Of one kind, keys with one name are one key.
fn unique(mut keys: Vec<MasterKey>) -> Vec<MasterKey> {
    let mut known = HashSet::new();
    keys.retain(|key| known.insert((std::mem::discriminant(key), key.to_string())));
    keys
}
