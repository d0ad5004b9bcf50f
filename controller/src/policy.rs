//! What the people who run a cluster allow.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use signet_api::{ParseScopeError, Scope, SealedSecret, Secret};

use crate::decide::Refusal;

/// What is allowed to SealedSecrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Whether Secrets that somebody has changed are put right.
    pub(crate) heals: bool,
    /// Scopes in which they may be sealed.
    pub(crate) scopes: Scopes,
    /// Items that each may have; none is any number.
    pub(crate) max_items: Option<NonZeroUsize>,
    /// Bytes that the values of each may have together; none is any number.
    pub(crate) max_bytes: Option<NonZeroUsize>,
}

impl Default for Policy {
    /// What the API server bears.
    fn default() -> Self {
        Self {
            heals: true,
            scopes: Scopes::default(),
            max_items: None,
            max_bytes: NonZeroUsize::new(MOST_BYTES),
        }
    }
}

impl Policy {
    /// Whether the SealedSecret may be opened. `narrowed` is what its namespace allows, where it says.
    ///
    /// # Errors
    /// [`Refusal::ScopeForbidden`] and [`Refusal::TooManyItems`].
    pub(crate) fn check(&self, sealed: &SealedSecret, narrowed: Option<&Scopes>) -> Result<(), Refusal> {
        let mut lists = [Some(&self.scopes), narrowed].into_iter().flatten();
        if !lists.all(|Scopes(allowed)| allowed.contains(&sealed.scope())) {
            return Err(Refusal::ScopeForbidden(sealed.scope()));
        }
        self.check_number(sealed.spec.encrypted_data.len())
    }

    /// Whether what was in it may become a Secret.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] and [`Refusal::TooManyItems`].
    pub(crate) fn check_opened(&self, secret: &Secret) -> Result<(), Refusal> {
        self.check_number(secret.data.len())?;
        let bytes = secret.data.values().map(|value| value.len()).sum();
        match self.max_bytes.map(NonZeroUsize::get) {
            Some(limit) if bytes > limit => Err(Refusal::TooLarge { bytes, limit }),
            _ => Ok(()),
        }
    }

    fn check_number(&self, items: usize) -> Result<(), Refusal> {
        match self.max_items.map(NonZeroUsize::get) {
            Some(limit) if items > limit => Err(Refusal::TooManyItems { items, limit }),
            _ => Ok(()),
        }
    }
}

/// Scopes, as a list with commas has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scopes(Vec<Scope>);

impl Scopes {
    /// No scope at all.
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    /// As the label of a namespace has them, with dots: `strict.namespace-wide`.
    ///
    /// # Errors
    /// [`ParseScopeError`]: one of them is none.
    pub(crate) fn from_label(text: &str) -> Result<Self, ParseScopeError> {
        let names: Result<_, _> = text.split('.').map(str::parse).collect();
        names.map(Self)
    }
}

impl Default for Scopes {
    /// All of them.
    fn default() -> Self {
        Self(vec![Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide])
    }
}

impl FromStr for Scopes {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(|name| name.trim().parse())
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&names.join(","))
    }
}

/// The API server refuses a Secret with more (`MaxSecretSize`).
pub(crate) const MOST_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use signet_plaintext::Plaintext;

    use super::*;

    fn sealed(scope: Scope, items: usize) -> SealedSecret {
        let mut sealed = SealedSecret::new("app", Default::default());
        scope.annotate(sealed.metadata.annotations.get_or_insert_default());
        sealed.spec.encrypted_data = (0..items).map(|number| (number.to_string(), String::new())).collect();
        sealed
    }

    fn secret(lengths: &[usize]) -> Secret {
        let value = |(number, length): (usize, &usize)| (number.to_string(), Plaintext::from(vec![0; *length]));
        Secret {
            data: lengths.iter().enumerate().map(value).collect(),
            ..Secret::default()
        }
    }

    #[test]
    fn a_scope_that_is_not_allowed_is_refused() {
        let all = [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide];
        for (allowed, expected) in [
            ("strict,namespace-wide,cluster-wide", [true, true, true]),
            ("strict", [true, false, false]),
            ("namespace-wide, strict", [true, true, false]),
            ("cluster-wide", [false, false, true]),
        ] {
            let policy = Policy {
                scopes: allowed.parse().expect("scopes"),
                ..Policy::default()
            };
            let checked = all.map(|scope| policy.check(&sealed(scope, 1), None));
            assert_eq!(checked.clone().map(|result| result.is_ok()), expected, "{allowed}");
            for (scope, refused) in all.into_iter().zip(checked).filter(|(_, result)| result.is_err()) {
                assert_eq!(refused, Err(Refusal::ScopeForbidden(scope)));
            }
        }
        for wrong in ["", "strict,", "Strict", "all"] {
            assert!(wrong.parse::<Scopes>().is_err(), "{wrong:?}");
        }
        assert_eq!(Scopes::default().to_string().parse(), Ok(Scopes::default()));
    }

    #[test]
    fn a_namespace_narrows_what_is_allowed_and_never_widens_it() {
        let policy = Policy {
            scopes: "strict,namespace-wide".parse().expect("scopes"),
            ..Policy::default()
        };
        let all = [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide];
        for (label, expected) in [
            ("strict", [true, false, false]),
            ("strict.namespace-wide", [true, true, false]),
            ("cluster-wide", [false, false, false]),
            ("namespace-wide.cluster-wide", [false, true, false]),
        ] {
            let narrowed = Scopes::from_label(label).expect("scopes");
            let checked = all.map(|scope| policy.check(&sealed(scope, 1), Some(&narrowed)).is_ok());
            assert_eq!(checked, expected, "{label}");
        }
        let nothing = all.map(|scope| policy.check(&sealed(scope, 1), Some(&Scopes::none())).is_ok());
        assert_eq!(nothing, [false; 3]);
        for wrong in ["", "strict.", "strict,namespace-wide", "Strict", "all"] {
            assert!(Scopes::from_label(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn too_many_items_are_refused_before_and_after_opening() {
        let policy = Policy {
            max_items: NonZeroUsize::new(2),
            ..Policy::default()
        };
        assert_eq!(policy.check(&sealed(Scope::Strict, 2), None), Ok(()));
        let refusal = Err(Refusal::TooManyItems { items: 3, limit: 2 });
        assert_eq!(policy.check(&sealed(Scope::Strict, 3), None), refusal);
        assert_eq!(policy.check_opened(&secret(&[1, 1])), Ok(()));
        assert_eq!(policy.check_opened(&secret(&[1, 1, 1])), refusal);
        assert_eq!(Policy::default().check(&sealed(Scope::Strict, 3000), None), Ok(()));
    }

    #[test]
    fn too_many_bytes_are_refused_at_the_limit_of_the_api_server_or_before() {
        let policy = Policy::default();
        assert_eq!(policy.check_opened(&secret(&[MOST_BYTES - 1, 1])), Ok(()));
        let (bytes, limit) = (MOST_BYTES + 1, MOST_BYTES);
        assert_eq!(
            policy.check_opened(&secret(&[MOST_BYTES, 1])),
            Err(Refusal::TooLarge { bytes, limit })
        );
        let policy = Policy {
            max_bytes: NonZeroUsize::new(4),
            ..policy
        };
        assert_eq!(
            policy.check_opened(&secret(&[3, 2])),
            Err(Refusal::TooLarge { bytes: 5, limit: 4 })
        );
    }

    #[test]
    fn what_is_refused_says_why_and_how_much_would_do() {
        for (refusal, text) in [
            (
                Refusal::ScopeForbidden(Scope::ClusterWide),
                "the scope cluster-wide is not allowed here",
            ),
            (
                Refusal::TooLarge { bytes: 5, limit: 4 },
                "the items have 5 bytes together, more than the 4 that are allowed here",
            ),
            (
                Refusal::TooManyItems { items: 3, limit: 2 },
                "there are 3 items, more than the 2 that are allowed here",
            ),
        ] {
            assert_eq!(refusal.to_string(), text);
        }
    }
}
