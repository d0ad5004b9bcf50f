//! Keys, each kind with its fields.

use signet_document::tree::{Branch, Element, Pair, Scalar};

use super::{
    error::MetadataError,
    fields::Fields,
    others::{Others, item, mapping},
};
use crate::{
    master_key::{Age, AwsKms, AzureKeyVault, GcpKms, HuaweiKms, KeyGroup, MasterKey, Pgp, VaultTransit, WrappedKey},
    value::seconds_text,
};

/// A kind of key as it stands in metadata.
struct Kind {
    /// The field with the list of such keys.
    name: &'static str,
    /// The fields of a key, without those that every kind has.
    fields: &'static [&'static str],
    read: fn(&Fields<'_>) -> Result<MasterKey, MetadataError>,
}

/// In the order in which keys are tried where no other is asked for.
const KINDS: [Kind; 7] = [
    Kind {
        name: "kms",
        fields: &["arn", "aws_profile", "context", "role"],
        read: aws_kms,
    },
    Kind {
        name: "gcp_kms",
        fields: &["resource_id"],
        read: gcp_kms,
    },
    Kind {
        name: "hckms",
        fields: &["key_id"],
        read: huawei_kms,
    },
    Kind {
        name: "azure_kv",
        fields: &["name", "vault_url", "version"],
        read: azure_key_vault,
    },
    Kind {
        name: "hc_vault",
        fields: &["engine_path", "key_name", "vault_address"],
        read: vault_transit,
    },
    Kind {
        name: "pgp",
        fields: &["fp"],
        read: pgp,
    },
    Kind {
        name: "age",
        fields: &["recipient"],
        read: age,
    },
];

/// Whether a field is a list of keys of one kind.
pub(super) fn is_kind(field: &str) -> bool {
    KINDS.iter().any(|kind| kind.name == field)
}

/// The keys of a group, or of metadata with one group.
///
/// # Errors
/// [`MetadataError`].
pub(super) fn read(fields: &Fields<'_>) -> Result<Vec<WrappedKey>, MetadataError> {
    let mut keys = Vec::new();
    for kind in &KINDS {
        for fields in fields.list(kind.name)? {
            let key = (kind.read)(&fields)?;
            let is_dated = !matches!(key, MasterKey::Age(_));
            let created = is_dated.then(|| fields.time(CREATED)).transpose()?;
            let is_known =
                |name: &str| name == CIPHERTEXT || (is_dated && name == CREATED) || kind.fields.contains(&name);
            keys.push(WrappedKey {
                key,
                ciphertext: fields.text(CIPHERTEXT)?,
                created,
                others: Others::of(fields.tree, is_known),
            });
        }
    }
    Ok(keys)
}

/// A group where there are several.
///
/// # Errors
/// [`MetadataError`].
pub(super) fn read_group(fields: &Fields<'_>) -> Result<KeyGroup, MetadataError> {
    Ok(KeyGroup {
        keys: read(fields)?,
        others: Others::of(fields.tree, is_kind),
    })
}

/// The lists of a group's keys. Empty ones are left out, where none of `always` is their name.
pub(super) fn write(group: &KeyGroup, always: &[&str]) -> Vec<Pair> {
    let lists = KINDS.iter().filter_map(|kind| {
        let keys = group.keys.iter().filter(|key| kind_of(&key.key) == kind.name);
        let items: Vec<_> = keys.map(|key| item(write_key(key))).collect();
        let is_written = !items.is_empty() || always.contains(&kind.name);
        is_written.then(|| Pair::new(kind.name, Branch::Sequence(items)))
    });
    lists.collect()
}

/// A group where there are several. Two of its lists are there though they are empty.
pub(super) fn write_group(group: &KeyGroup) -> Element {
    let lists = write(group, &["age", "hc_vault"]);
    item(mapping(lists.into_iter().chain(group.others.pairs())))
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

fn write_key(key: &WrappedKey) -> Branch {
    let text = |name: &str, text: &str| Pair::new(name, Scalar::text(text));
    let mut fields = match &key.key {
        MasterKey::Age(age) => vec![text("recipient", &age.recipient)],
        MasterKey::Pgp(pgp) => vec![text("fp", &pgp.fingerprint)],
        MasterKey::AwsKms(kms) => write_aws_kms(kms),
        MasterKey::GcpKms(kms) => vec![text("resource_id", &kms.resource)],
        MasterKey::HuaweiKms(kms) => vec![text("key_id", &kms.key)],
        MasterKey::AzureKeyVault(vault) => vec![
            text("vault_url", &vault.vault),
            text("name", &vault.name),
            text("version", &vault.version),
        ],
        MasterKey::VaultTransit(vault) => vec![
            text("vault_address", &vault.address),
            text("engine_path", &vault.engine),
            text("key_name", &vault.key),
        ],
    };
    fields.push(text(CIPHERTEXT, &key.ciphertext));
    fields.extend(key.created.map(|created| text(CREATED, &seconds_text(&created))));
    fields.extend(key.others.pairs());
    mapping(fields)
}

fn write_aws_kms(kms: &AwsKms) -> Vec<Pair> {
    let text = |name: &str, text: &str| Pair::new(name, Scalar::text(text));
    let mut fields = vec![text("arn", &kms.arn), text("aws_profile", &kms.profile)];
    fields.extend(kms.role.iter().map(|role| text("role", role)));
    if !kms.context.is_empty() {
        let context = kms.context.iter().map(|(name, value)| text(name, value));
        fields.push(Pair::new("context", mapping(context)));
    }
    fields
}

const CIPHERTEXT: &str = "enc";
const CREATED: &str = "created_at";
