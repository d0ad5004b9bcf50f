//! A Secret that cannot be printed.

use std::{collections::BTreeMap, fmt};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Deserializer, de::Error as _};
use signet_plaintext::Plaintext;
use zeroize::Zeroizing;

use crate::{base64, scope::Scope};

/// A Kubernetes Secret whose values are wiped on drop and whose `Debug` names its keys only.
#[derive(Default)]
pub struct Secret {
    /// Name, namespace, labels and the rest.
    pub metadata: ObjectMeta,
    /// `type`; none is `Opaque`.
    pub type_: Option<String>,
    /// Whether the data can never change.
    pub immutable: Option<bool>,
    /// The items, `stringData` already merged in.
    pub data: BTreeMap<String, Plaintext>,
}

impl Secret {
    /// The Secret's name, or an empty text where it has none.
    pub fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }

    /// The Secret's namespace, or an empty text where it has none.
    pub fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or_default()
    }

    /// The scope to seal with, as the annotations declare it.
    pub fn scope(&self) -> Scope {
        Scope::of(self.metadata.annotations.as_ref())
    }

    /// The type with Kubernetes' default filled in.
    pub fn effective_type(&self) -> &str {
        self.type_
            .as_deref()
            .filter(|type_| !type_.is_empty())
            .unwrap_or("Opaque")
    }

    /// The Secret as the JSON body of an API request. It holds the values; it is wiped on drop.
    ///
    /// # Errors
    /// That of `serde_json` for metadata that is not expressible in JSON, which no decoded object has.
    pub fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
        let metadata = serde_json::to_vec(&self.metadata)?;
        let mut body = Zeroizing::new(Vec::with_capacity(metadata.len() + self.rest_of_body()));
        body.extend(br#"{"apiVersion":"v1","kind":"Secret","metadata":"#);
        body.extend(metadata);
        if let Some(type_) = &self.type_ {
            body.extend(br#","type":"#);
            body.extend(serde_json::to_vec(type_)?);
        }
        if let Some(immutable) = self.immutable {
            body.extend(format!(r#","immutable":{immutable}"#).bytes());
        }
        body.extend(br#","data":{"#);
        for (index, (key, value)) in self.data.iter().enumerate() {
            body.extend((index > 0).then_some(b','));
            body.extend(serde_json::to_vec(key)?);
            let encoded = Zeroizing::new(base64::encode(value.expose()));
            body.extend(br#":""#);
            body.extend(encoded.bytes());
            body.push(b'"');
        }
        body.extend(b"}}");
        Ok(body)
    }

    /// The most bytes that [`Self::to_json`] writes beside the metadata. It sizes its buffer by it: one that grows leaves copies of the
    /// values behind. A character of a key or type takes six bytes at most, as `\u0001`.
    fn rest_of_body(&self) -> usize {
        let items: usize = self
            .data
            .iter()
            .map(|(key, value)| key.len() * 6 + value.len().div_ceil(3) * 4 + 6)
            .sum();
        items + self.effective_type().len() * 6 + 128
    }
}

impl fmt::Debug for Secret {
    /// Keys and lengths; never values, and no annotations, since `last-applied-configuration` holds the values too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: BTreeMap<_, _> = self.data.iter().map(|(key, value)| (key, value.len())).collect();
        f.debug_struct("Secret")
            .field("namespace", &self.namespace())
            .field("name", &self.name())
            .field("type", &self.effective_type())
            .field("lengths", &lengths)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// Reads the API server's JSON.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let mut data = BTreeMap::new();
        for (key, value) in wire.data.unwrap_or_default() {
            let bytes = base64::decode(&value.unwrap_or_default()).map_err(D::Error::custom)?;
            data.insert(key, Plaintext::from(bytes));
        }
        Ok(Self {
            metadata: wire.metadata,
            type_: wire.type_,
            immutable: wire.immutable,
            data,
        })
    }
}

/// The fields of the API server's answer, the values still in base64.
#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    metadata: ObjectMeta,
    #[serde(rename = "type")]
    type_: Option<String>,
    immutable: Option<bool>,
    data: Option<BTreeMap<String, Option<Zeroizing<String>>>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: &str = r#"{"apiVersion":"v1","kind":"Secret","type":"Opaque","immutable":true,
        "metadata":{"name":"app","namespace":"team","annotations":{"a":"canary"}},"data":{"password":"Y2FuYXJ5","empty":"","null":null}}"#;

    #[test]
    fn reads_what_the_api_server_writes_and_writes_it_back() {
        let secret: Secret = serde_json::from_str(LIVE).expect("a Secret");
        assert_eq!(secret.data["password"].expose(), b"canary");
        assert!(secret.data["empty"].is_empty() && secret.data["null"].is_empty());

        let again: Secret = serde_json::from_slice(&secret.to_json().expect("JSON")).expect("a Secret");
        assert_eq!(again.metadata, secret.metadata);
        assert_eq!((again.effective_type(), again.immutable), ("Opaque", Some(true)));
        assert!(again.data["password"].same(&secret.data["password"]));
        assert_eq!(again.data.len(), 3);
    }

    #[test]
    fn the_body_never_grows() {
        let mut secret = Secret {
            type_: Some("\u{1}".repeat(9)),
            immutable: Some(false),
            ..Secret::default()
        };
        for length in 0..9 {
            let key = "\u{1}".repeat(length);
            secret.data.insert(key, Plaintext::from(vec![0; length * 100]));
            let metadata = serde_json::to_vec(&secret.metadata).expect("JSON");
            let body = secret.to_json().expect("JSON");
            assert!(body.len() <= metadata.len() + secret.rest_of_body());
            assert!(serde_json::from_slice::<Secret>(&body).is_ok());
        }
    }

    #[test]
    fn debug_shows_neither_values_nor_annotations() {
        let secret: Secret = serde_json::from_str(LIVE).expect("a Secret");
        let shown = format!("{secret:?}");
        assert!(
            shown.contains("password") && !shown.contains("canary") && !shown.contains("Y2FuYXJ5"),
            "{shown}"
        );
    }

    #[test]
    fn data_that_is_not_base64_is_an_error_without_the_text() {
        let error = serde_json::from_str::<Secret>(r#"{"metadata":{},"data":{"a":"canary!"}}"#).expect_err("an error");
        assert!(
            error.to_string().contains("illegal base64") && !error.to_string().contains("canary"),
            "{error}"
        );
    }

    #[test]
    fn an_empty_type_is_opaque() {
        assert_eq!(
            Secret {
                type_: Some(String::new()),
                ..Secret::default()
            }
            .effective_type(),
            "Opaque"
        );
        assert_eq!(
            Secret {
                type_: Some("kubernetes.io/tls".into()),
                ..Secret::default()
            }
            .effective_type(),
            "kubernetes.io/tls"
        );
    }
}
