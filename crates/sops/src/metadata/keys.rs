//! Keys, each kind with its fields.

use signet_document::tree::{Branch, Element, Item, Scalar, Tree};

use super::{error::MetadataError, fields::Fields};
use crate::{
    master_key::{Age, AwsKms, AzureKeyVault, GcpKms, HuaweiKms, KeyGroup, MasterKey, Pgp, VaultTransit, WrappedKey},
    value::seconds_text,
};

/// A kind of key: its field, and how a key is read.
type Kind = (&'static str, fn(&Fields<'_>) -> Result<MasterKey, MetadataError>);

/// In the order in which keys are tried where no other is asked for.
pub(super) const KINDS: [Kind; 7] = [
    ("kms", aws_kms),
    ("gcp_kms", gcp_kms),
    ("hckms", huawei_kms),
    ("azure_kv", azure_key_vault),
    ("hc_vault", vault_transit),
    ("pgp", pgp),
    ("age", age),
];

/// The keys of a group, or of metadata with one group.
///
/// # Errors
/// [`MetadataError`].
pub(super) fn read(fields: &Fields<'_>) -> Result<KeyGroup, MetadataError> {
    let mut keys = Vec::new();
    for (kind, read) in KINDS {
        for fields in fields.list(kind)? {
            let key = read(&fields)?;
            let created = match key {
                MasterKey::Age(_) => None,
                _ => Some(fields.time("created_at")?),
            };
            keys.push(WrappedKey {
                key,
                ciphertext: fields.text("enc")?,
                created,
            });
        }
    }
    Ok(KeyGroup { keys })
}

/// The fields of a group's keys, in the order of their names.
pub(super) fn write(group: &KeyGroup) -> Vec<(&'static str, Branch)> {
    let mut kinds: Vec<_> = KINDS.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    let lists = kinds.into_iter().map(|kind| {
        let keys = group.keys.iter().filter(|key| kind_of(&key.key) == kind);
        let items = keys.map(|key| {
            Element::Item(Item {
                value: write_key(key).into(),
                place: None,
            })
        });
        (kind, Branch::Sequence(items.collect()))
    });
    lists.collect()
}

fn kind_of(key: &MasterKey) -> &'static str {
    match key {
        MasterKey::Age(_) => "age",
        MasterKey::Pgp(_) => "pgp",
        MasterKey::AwsKms(_) => "kms",
        MasterKey::GcpKms(_) => "gcp_kms",
        MasterKey::HuaweiKms(_) => "hckms",
        MasterKey::AzureKeyVault(_) => "azure_kv",
        MasterKey::VaultTransit(_) => "hc_vault",
    }
}

fn age(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::Age(Age {
        recipient: fields.text("recipient")?,
    }))
}

fn pgp(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::Pgp(Pgp {
        fingerprint: fields.text("fp")?,
    }))
}

fn aws_kms(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::AwsKms(AwsKms {
        arn: fields.text("arn")?,
        role: fields.optional("role")?,
        context: fields.texts("context")?.into_iter().collect(),
        profile: fields.text("aws_profile")?,
    }))
}

fn gcp_kms(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::GcpKms(GcpKms {
        resource: fields.text("resource_id")?,
    }))
}

fn huawei_kms(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::HuaweiKms(HuaweiKms {
        key: fields.text("key_id")?,
    }))
}

fn azure_key_vault(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::AzureKeyVault(AzureKeyVault {
        vault: fields.text("vault_url")?,
        name: fields.text("name")?,
        version: fields.text("version")?,
    }))
}

fn vault_transit(fields: &Fields<'_>) -> Result<MasterKey, MetadataError> {
    Ok(MasterKey::VaultTransit(VaultTransit {
        address: fields.text("vault_address")?,
        engine: fields.text("engine_path")?,
        key: fields.text("key_name")?,
    }))
}

fn write_key(key: &WrappedKey) -> Tree {
    let mut fields: Vec<(&str, String)> = match &key.key {
        MasterKey::Age(age) => vec![("recipient", age.recipient.clone())],
        MasterKey::Pgp(pgp) => vec![("fp", pgp.fingerprint.clone())],
        MasterKey::AwsKms(kms) => {
            let role = kms.role.iter().map(|role| ("role", role.clone()));
            let own = [("arn", kms.arn.clone()), ("aws_profile", kms.profile.clone())];
            own.into_iter().chain(role).collect()
        }
        MasterKey::GcpKms(kms) => vec![("resource_id", kms.resource.clone())],
        MasterKey::HuaweiKms(kms) => vec![("key_id", kms.key.clone())],
        MasterKey::AzureKeyVault(vault) => vec![
            ("vault_url", vault.vault.clone()),
            ("name", vault.name.clone()),
            ("version", vault.version.clone()),
        ],
        MasterKey::VaultTransit(vault) => vec![
            ("vault_address", vault.address.clone()),
            ("engine_path", vault.engine.clone()),
            ("key_name", vault.key.clone()),
        ],
    };
    fields.push(("enc", key.ciphertext.clone()));
    if let Some(created) = key.created {
        fields.push(("created_at", seconds_text(&created)));
    }
    let mut branches: Vec<(&str, Branch)> = fields
        .into_iter()
        .map(|(name, text)| (name, Scalar::text(text).into()))
        .collect();
    if let MasterKey::AwsKms(kms) = &key.key
        && !kms.context.is_empty()
    {
        let mut context = Tree::default();
        for (name, value) in &kms.context {
            context.push(name.as_str(), Scalar::text(value.as_str()));
        }
        branches.push(("context", context.into()));
    }
    branches.sort_by_key(|(name, _)| *name);
    let mut tree = Tree::default();
    for (name, branch) in branches {
        tree.push(name, branch);
    }
    tree
}
