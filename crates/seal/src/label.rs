//! What binds a ciphertext to its place.

use signet_api::Scope;

/// The OAEP label under which an item is sealed: `namespace/name` for strict, `namespace` for namespace-wide, nothing for cluster-wide
/// (upstream `EncryptionLabel`).
pub fn label(scope: Scope, namespace: &str, name: &str) -> Vec<u8> {
    match scope {
        Scope::Strict => format!("{namespace}/{name}").into_bytes(),
        Scope::NamespaceWide => namespace.as_bytes().to_vec(),
        Scope::ClusterWide => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_as_upstream_writes_them() {
        assert_eq!(label(Scope::Strict, "team", "app"), b"team/app");
        assert_eq!(label(Scope::NamespaceWide, "team", "app"), b"team");
        assert!(label(Scope::ClusterWide, "team", "app").is_empty());
    }
}
