use aws_lc_rs::digest::{SHA256, digest};
use signet_api::SealedSecret;

use crate::policy::Scopes;

/// What beside its generation decides about a SealedSecret's Secret.
#[derive(Clone, Debug)]
pub(crate) struct Basis(String);

impl Basis {
    /// With the settings of the controller that decide about Secrets.
    pub(crate) fn new(settings: &impl std::fmt::Debug) -> Self {
        Self(format!("{RULES} {settings:?}"))
    }

    /// Digest of the settings, of the annotations and of the scopes that the namespace allows, where it says: 16 letters of hexadecimal.
    pub(crate) fn of(&self, sealed: &SealedSecret, scopes: Option<&Scopes>) -> String {
        // As Debug, which quotes: no two sets of annotations are the same text.
        let annotations = sealed.metadata.annotations.iter().flatten().collect::<Vec<_>>();
        let mut text = format!("{} {annotations:?}", self.0);
        if let Some(scopes) = scopes {
            text += &format!(" {scopes:?}");
        }
        let digest = digest(&SHA256, text.as_bytes());
        digest
            .as_ref()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// To be raised where a newer version of the program makes another Secret of the same SealedSecret.
const RULES: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(annotations: &[(&str, &str)]) -> SealedSecret {
        let mut sealed = SealedSecret::new("app", Default::default());
        let annotations = annotations
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        sealed.metadata.annotations = Some(annotations.collect());
        sealed
    }

    #[test]
    fn settings_and_annotations_make_another_one() {
        let basis = Basis::new(&true);
        let one = basis.of(&sealed(&[("a", "b")]), None);
        assert_eq!(one.len(), 16);
        assert_eq!(one, basis.of(&sealed(&[("a", "b")]), None));
        for other in [
            &[("a", "c")][..],
            &[("a", "b"), ("c", "")],
            &[("a", "b\"), (\"c\", \"")],
            &[],
        ] {
            assert_ne!(one, basis.of(&sealed(other), None));
        }
        assert_ne!(one, basis.of(&sealed(&[("a", "b")]), Some(&Scopes::default())));
        assert_ne!(one, Basis::new(&false).of(&sealed(&[("a", "b")]), None));
        assert_eq!(
            basis.of(&sealed(&[]), None),
            basis.of(&SealedSecret::new("app", Default::default()), None)
        );
    }
}
