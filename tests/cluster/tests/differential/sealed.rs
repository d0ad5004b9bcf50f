use serde_json::{Value, json};
use signet_api::{Scope, Secret, base64};
use signet_cluster_tests::TlsKey;
use signet_seal::seal;
use signet_sealing_keys::Certificate;

use crate::steps::{Site, Step, merge};

/// A SealedSecret to be made: `app`, strict, unless it says otherwise.
#[derive(Clone)]
pub(crate) struct Sealed {
    name: String,
    items: Value,
    declared: Scope,
    bound: Bound,
    change: Value,
}

/// What the ciphertexts are bound to; none is what the SealedSecret declares.
#[derive(Clone, Default)]
struct Bound {
    scope: Option<Scope>,
    namespace: Option<&'static str>,
    name: Option<&'static str>,
    other_key: bool,
}

/// One with these items, as text.
pub(crate) fn sealed(items: Value) -> Sealed {
    Sealed {
        name: "app".to_owned(),
        items,
        declared: Scope::Strict,
        bound: Bound::default(),
        change: json!({}),
    }
}

impl Sealed {
    pub(crate) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Declares this scope, and is sealed for it.
    pub(crate) fn scope(mut self, scope: Scope) -> Self {
        self.declared = scope;
        self
    }

    /// Sealed for another scope than it declares.
    pub(crate) fn sealed_for(mut self, scope: Scope) -> Self {
        self.bound.scope = Some(scope);
        self
    }

    /// Sealed for another name.
    pub(crate) fn sealed_for_name(mut self, name: &'static str) -> Self {
        self.bound.name = Some(name);
        self
    }

    /// Sealed for another namespace.
    pub(crate) fn sealed_for_namespace(mut self, namespace: &'static str) -> Self {
        self.bound.namespace = Some(namespace);
        self
    }

    /// Sealed for another cluster.
    pub(crate) fn sealed_for_another_key(mut self) -> Self {
        self.bound.other_key = true;
        self
    }

    /// With this `spec.template`.
    pub(crate) fn template(self, template: Value) -> Self {
        self.with(json!({"spec": {"template": template}}))
    }

    /// With more, or other, fields; null removes one.
    pub(crate) fn with(mut self, change: Value) -> Self {
        merge(&mut self.change, change);
        self
    }

    /// With the items and the template as a Secret in the deprecated field `data` instead.
    pub(crate) fn in_one_blob(self, secret: Value) -> Self {
        let mut blob = self;
        blob.items = json!({"blob": secret.to_string()});
        blob
    }

    /// Makes it.
    pub(crate) fn create(self) -> Step {
        Box::new(move |site| {
            site.post(
                "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets",
                &self.object(site),
            );
        })
    }

    /// Puts it in the place of the one that is there.
    pub(crate) fn replace(self) -> Step {
        Box::new(move |site| {
            let path = format!("/apis/bitnami.com/v1alpha1/namespaces/{{}}/sealedsecrets/{}", self.name);
            let mut live = site.get(&path);
            let object = self.object(site);
            live["spec"] = object["spec"].clone();
            live["metadata"]["annotations"] = object["metadata"]["annotations"].clone();
            site.request("PUT", &path, Some(&live));
        })
    }

    fn object(&self, site: &Site<'_>) -> Value {
        let mut annotations = std::collections::BTreeMap::new();
        self.declared.annotate(&mut annotations);
        let mut items = self.seal(site);
        let mut spec = json!({"encryptedData": items});
        if let Some(blob) = items.as_object_mut().unwrap().remove("blob") {
            spec = json!({"encryptedData": items, "data": blob});
        }
        let mut object = json!({
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
            "metadata": {"name": self.name, "namespace": site.namespace, "annotations": annotations},
            "spec": spec,
        });
        merge(&mut object, self.change.clone());
        object
    }

    /// `encryptedData`.
    fn seal(&self, site: &Site<'_>) -> Value {
        let mut annotations = std::collections::BTreeMap::new();
        self.bound.scope.unwrap_or(self.declared).annotate(&mut annotations);
        let encode = |value: &Value| base64::encode(value.as_str().unwrap().as_bytes());
        let items = self.items.as_object().unwrap().iter();
        let items: Value = items
            .map(|(key, value)| (key.clone(), json!(encode(value))))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let secret: Secret = serde_json::from_value(json!({
            "metadata": {
                "name": self.bound.name.unwrap_or(&self.name),
                "namespace": self.bound.namespace.unwrap_or(site.namespace),
                "annotations": annotations,
            },
            "data": items,
        }))
        .unwrap();
        let other = self
            .bound
            .other_key
            .then(|| Certificate::from_pem(TlsKey::generate(2020).certificate.as_bytes()).unwrap());
        let sealed = seal(&secret, other.as_ref().unwrap_or(site.certificate)).unwrap();
        serde_json::to_value(sealed.spec.encrypted_data).unwrap()
    }
}
