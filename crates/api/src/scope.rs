//! Where a sealed value may be opened.

use std::{collections::BTreeMap, fmt, str::FromStr};

use crate::annotations::{CLUSTER_WIDE, NAMESPACE_WIDE, TRUE, is_set};

/// Where a sealed value may be opened. It is bound into each ciphertext; see `signet_seal::label`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Only under the namespace and the name it was sealed for.
    #[default]
    Strict,
    /// Under any name in the namespace it was sealed for.
    NamespaceWide,
    /// Under any name in any namespace.
    ClusterWide,
}

impl Scope {
    /// The scope that an object's annotations declare: cluster-wide wins where both are set, as upstream has it.
    pub fn of(annotations: Option<&BTreeMap<String, String>>) -> Self {
        if is_set(annotations, CLUSTER_WIDE) {
            Self::ClusterWide
        } else if is_set(annotations, NAMESPACE_WIDE) {
            Self::NamespaceWide
        } else {
            Self::Strict
        }
    }

    /// Makes `annotations` declare this scope and no other.
    pub fn annotate(self, annotations: &mut BTreeMap<String, String>) {
        annotations.remove(CLUSTER_WIDE);
        annotations.remove(NAMESPACE_WIDE);
        if let Some(annotation) = self.annotation() {
            annotations.insert(annotation.to_owned(), TRUE.to_owned());
        }
    }

    /// The name of the scope, as flags and messages have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::NamespaceWide => "namespace-wide",
            Self::ClusterWide => "cluster-wide",
        }
    }

    fn annotation(self) -> Option<&'static str> {
        match self {
            Self::Strict => None,
            Self::NamespaceWide => Some(NAMESPACE_WIDE),
            Self::ClusterWide => Some(CLUSTER_WIDE),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Strict, Self::NamespaceWide, Self::ClusterWide]
            .into_iter()
            .find(|scope| scope.as_str() == name)
            .ok_or(ParseScopeError)
    }
}

/// The text names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: strict, namespace-wide, cluster-wide")]
pub struct ParseScopeError;

#[cfg(test)]
mod tests {
    use super::*;

    fn annotated(keys: &[&str]) -> BTreeMap<String, String> {
        keys.iter().map(|key| ((*key).to_owned(), TRUE.to_owned())).collect()
    }

    #[test]
    fn cluster_wide_wins() {
        assert_eq!(Scope::of(None), Scope::Strict);
        assert_eq!(Scope::of(Some(&annotated(&[NAMESPACE_WIDE]))), Scope::NamespaceWide);
        assert_eq!(
            Scope::of(Some(&annotated(&[NAMESPACE_WIDE, CLUSTER_WIDE]))),
            Scope::ClusterWide
        );
    }

    #[test]
    fn annotating_leaves_one_scope_and_the_rest() {
        for scope in [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide] {
            let mut annotations = annotated(&[NAMESPACE_WIDE, CLUSTER_WIDE, "other"]);
            scope.annotate(&mut annotations);
            assert_eq!(Scope::of(Some(&annotations)), scope);
            assert_eq!(annotations.len(), if scope == Scope::Strict { 1 } else { 2 });
        }
    }

    #[test]
    fn names_go_there_and_back_and_nothing_else_is_taken() {
        for scope in [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        for wrong in ["", "Strict", "cluster", "strict "] {
            assert_eq!(wrong.parse::<Scope>(), Err(ParseScopeError), "{wrong:?}");
        }
    }
}
