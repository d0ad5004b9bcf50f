//! SealedSecrets out of a directory of manifests, most often a Git work tree.

mod walk;
mod watch;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use signet_api::{Reading, SealedSecret, is_data_key, is_label, is_subdomain};
use signet_document::{Document, Limits, Position, Value};

pub(crate) use watch::Watch;

use crate::files;

/// The manifests below a directory, as they were when it was last scanned.
pub(crate) struct ManifestDirectory {
    root: PathBuf,
    files: BTreeMap<PathBuf, Vec<Arc<Manifest>>>,
}

/// A SealedSecret and where it stands.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The object, its namespace filled in.
    pub(crate) sealed: SealedSecret,
    /// Its file, relative to the directory.
    pub(crate) file: PathBuf,
    position: Position,
}

/// What one scan found.
#[derive(Default)]
pub(crate) struct Scan {
    /// One SealedSecret for each namespace and name.
    pub(crate) manifests: BTreeMap<(String, String), Arc<Manifest>>,
    /// What is wrong, in the order of paths.
    pub(crate) faults: Vec<Fault>,
}

/// Something that cannot be taken from the directory. What its file made before stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// File or directory, relative to the scanned directory.
    pub(crate) path: PathBuf,
    /// Place in the file.
    pub(crate) position: Option<Position>,
    /// The SealedSecret, where it is known.
    pub(crate) object: Option<(String, String)>,
    /// What is wrong, as one word for programs.
    pub(crate) reason: &'static str,
    /// What is wrong, for people.
    pub(crate) message: String,
    /// What to try.
    pub(crate) hint: Option<String>,
}

impl ManifestDirectory {
    /// Nothing is read yet.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            files: BTreeMap::new(),
        }
    }

    /// The directories whose changes matter: to be watched before a scan, so that what changes while it runs is told.
    ///
    /// # Errors
    /// The directory itself cannot be read.
    pub(crate) fn directories(&self) -> io::Result<Vec<PathBuf>> {
        let mut directories = walk::walk(&self.root)?.directories;
        // A link to the current one of several trees changes where it stands.
        if self.root.is_symlink() {
            let parent = self.root.parent().filter(|parent| !parent.as_os_str().is_empty());
            directories.push(parent.unwrap_or(Path::new(".")).to_owned());
        }
        Ok(directories)
    }

    /// Reads every manifest. Of a file with faults counts what can be read, and what it held before stays.
    ///
    /// `made_from` are the files that Secrets of an earlier run were made from: a fault in one of them is told, while a file that does
    /// not read and shows no sign of a SealedSecret, such as a Helm template, is nobody's business.
    ///
    /// # Errors
    /// The directory itself cannot be read. Then nothing is known and nothing has changed.
    pub(crate) fn scan(&mut self, made_from: &BTreeSet<PathBuf>) -> io::Result<Scan> {
        let tree = walk::walk(&self.root)?;
        let mut scan = Scan::default();
        let mut files = BTreeMap::new();
        // What nothing was made from may come and go.
        let is_known = |path: &Path| {
            let mut held = self.files.iter().filter(|(_, manifests)| !manifests.is_empty());
            held.any(|(file, _)| file.starts_with(path)) || made_from.iter().any(|file| file.starts_with(path))
        };
        let vanished = tree.vanished.into_iter().filter(|(path, _)| is_known(path));
        for (path, error) in tree.unreadable.into_iter().chain(vanished) {
            files.extend(
                self.files
                    .iter()
                    .filter(|(file, _)| file.starts_with(&path))
                    .map(|(file, manifests)| (file.clone(), manifests.clone())),
            );
            scan.faults.push(Fault::unreadable(path, &error));
        }
        for (path, file) in tree.files {
            let before = self.files.get(&path).cloned().unwrap_or_default();
            let (mut manifests, faults) = read(&path, &file, is_known(&path));
            if !faults.is_empty() {
                keep_missing(&mut manifests, before);
            }
            scan.faults.extend(faults);
            files.insert(path, manifests);
        }
        for manifest in files.values().flatten() {
            scan.add(manifest);
        }
        scan.faults
            .sort_by(|one, other| (&one.path, one.position).cmp(&(&other.path, other.position)));
        self.files = files;
        Ok(scan)
    }
}

impl Manifest {
    /// `FILE:LINE:COLUMN`.
    pub(crate) fn place(&self) -> String {
        place(&self.file, Some(self.position))
    }
}

impl Scan {
    /// Whether something in that file, or the file itself, could not be read, so that more may stand there than is known.
    pub(crate) fn is_faulty(&self, file: &Path) -> bool {
        let mut unread = self.faults.iter().filter(|fault| fault.reason != DUPLICATE);
        unread.any(|fault| file.starts_with(&fault.path))
    }

    fn add(&mut self, manifest: &Arc<Manifest>) {
        let key = (
            manifest.sealed.namespace().to_owned(),
            manifest.sealed.name().to_owned(),
        );
        match self.manifests.get(&key) {
            None => {
                self.manifests.insert(key, manifest.clone());
            }
            Some(first) => self.faults.push(Fault {
                path: manifest.file.clone(),
                position: Some(manifest.position),
                reason: DUPLICATE,
                message: format!(
                    "the SealedSecret {}/{} stands at {} already",
                    key.0,
                    key.1,
                    first.place()
                ),
                hint: Some("remove one of the two".to_owned()),
                object: Some(key),
            }),
        }
    }
}

impl Fault {
    /// `FILE:LINE:COLUMN`, or as much of it as is known.
    pub(crate) fn place(&self) -> String {
        place(&self.path, self.position)
    }

    fn unreadable(path: PathBuf, error: &io::Error) -> Self {
        Self {
            path,
            position: None,
            object: None,
            reason: "Unreadable",
            message: format!("cannot be read: {error}"),
            hint: None,
        }
    }
}

fn place(path: &Path, position: Option<Position>) -> String {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    match position {
        Some(position) => format!("{}:{position}", path.display()),
        None => path.display().to_string(),
    }
}

/// Adds what was in the file before and is not any more.
fn keep_missing(manifests: &mut Vec<Arc<Manifest>>, before: Vec<Arc<Manifest>>) {
    let name = |manifest: &Manifest| {
        (
            manifest.sealed.namespace().to_owned(),
            manifest.sealed.name().to_owned(),
        )
    };
    let present: BTreeSet<_> = manifests.iter().map(|manifest| name(manifest)).collect();
    manifests.extend(before.into_iter().filter(|manifest| !present.contains(&name(manifest))));
}

fn read(path: &Path, file: &Path, is_known: bool) -> (Vec<Arc<Manifest>>, Vec<Fault>) {
    let bytes = match files::read(file, LIMITS.bytes) {
        Ok(bytes) => bytes,
        // It went between the listing and now, and may be back a moment later.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_known => return Default::default(),
        Err(error) => return (Vec::new(), vec![Fault::unreadable(path.to_owned(), &error)]),
    };
    let (manifests, faults) = parse(path, &bytes);
    let is_related = is_known || !manifests.is_empty() || bytes.windows(KIND.len()).any(|part| part == KIND);
    (manifests, if is_related { faults } else { Vec::new() })
}

fn parse(path: &Path, bytes: &[u8]) -> (Vec<Arc<Manifest>>, Vec<Fault>) {
    let (mut manifests, mut faults) = (Vec::new(), Vec::new());
    for document in signet_document::read(bytes, &LIMITS) {
        match document {
            Ok(document) if is_sealed_secret(&document) => match manifest(path, &document) {
                Ok(manifest) => manifests.push(Arc::new(manifest)),
                Err(fault) => faults.push(*fault),
            },
            Ok(_) => {}
            Err(error) => faults.push(Fault {
                path: path.to_owned(),
                position: Some(error.position()),
                object: None,
                reason: "Malformed",
                message: without_position(&error.to_string(), error.position()),
                hint: error.hint().map(str::to_owned),
            }),
        }
    }
    (manifests, faults)
}

/// The place is told beside the message.
fn without_position(message: &str, position: Position) -> String {
    message
        .strip_prefix(&format!("{position}: "))
        .unwrap_or(message)
        .to_owned()
}

fn is_sealed_secret(document: &Document) -> bool {
    let text = |name| match &document.root.value {
        Value::Mapping(mapping) => mapping.get(name).and_then(|node| node.as_text()),
        _ => None,
    };
    text("kind").is_some_and(|kind| kind.as_str() == SealedSecret::KIND)
        && text("apiVersion").is_some_and(|version| version.starts_with(GROUP))
}

fn manifest(path: &Path, document: &Document) -> Result<Manifest, Box<Fault>> {
    let fault = |reason, position, message, hint| {
        Box::new(Fault {
            path: path.to_owned(),
            position: Some(position),
            object: None,
            reason,
            message,
            hint,
        })
    };
    let mut sealed = SealedSecret::from_document(document, Reading::Strict)
        .map_err(|error| fault("Malformed", error.position(), error.to_string(), error.hint()))?;
    sealed
        .metadata
        .namespace
        .get_or_insert_with(|| DEFAULT_NAMESPACE.to_owned());
    check_names(&sealed).map_err(|message| fault("InvalidName", document.start, message, None))?;
    Ok(Manifest {
        sealed,
        file: path.to_owned(),
        position: document.start,
    })
}

/// Names become paths: nothing that Kubernetes would refuse gets that far.
fn check_names(sealed: &SealedSecret) -> Result<(), String> {
    if !is_label(sealed.namespace()) {
        return Err(format!(
            "metadata.namespace {:?} is not a namespace's name",
            sealed.namespace()
        ));
    }
    if !is_subdomain(sealed.name()) {
        return Err(format!("metadata.name {:?} is not a Secret's name", sealed.name()));
    }
    match sealed.spec.encrypted_data.keys().find(|key| !is_data_key(key)) {
        Some(key) => Err(format!("spec.encryptedData: {key:?} is not a key of a Secret")),
        None => Ok(()),
    }
}

/// Where Kubernetes puts what names no namespace.
const DEFAULT_NAMESPACE: &str = "default";
const DUPLICATE: &str = "Duplicate";
const GROUP: &str = "bitnami.com/";
const KIND: &[u8] = SealedSecret::KIND.as_bytes();
// A manifest is at most 1.5 MiB where there is a cluster; a file may hold a few.
const LIMITS: Limits = Limits {
    bytes: 16 << 20,
    depth: 100,
    nodes: 1_000_000,
};

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn sealed(name: &str) -> String {
        format!(
            "---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: {name}, namespace: team}}\nspec: {{encryptedData: {{a: AgA=}}}}\n"
        )
    }

    struct Fixture(TempDir, ManifestDirectory);

    impl Fixture {
        fn new() -> Self {
            let root = TempDir::new().expect("a directory");
            let manifests = ManifestDirectory::new(root.path().to_owned());
            Self(root, manifests)
        }

        fn write(&self, path: &str, text: &str) {
            fs::write(self.0.path().join(path), text).expect("written");
        }

        fn scan(&mut self) -> (Vec<String>, Vec<(String, &'static str)>) {
            let scan = self.1.scan(&BTreeSet::new()).expect("a scan");
            let names = scan
                .manifests
                .keys()
                .map(|(namespace, name)| format!("{namespace}/{name}"));
            let faults = scan.faults.iter().map(|fault| (fault.place(), fault.reason));
            (names.collect(), faults.collect())
        }
    }

    #[test]
    fn several_documents_and_other_kinds() {
        let mut fixture = Fixture::new();
        fixture.write(
            "a.yaml",
            &format!("{}{}---\nkind: ConfigMap\n---\n[1]\n", sealed("a"), sealed("b")),
        );
        fixture.write("b.json", r#"{"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "c"}, "spec": {"encryptedData": {}}}"#);
        fixture.write("c.yaml", "apiVersion: other.example/v1\nkind: SealedSecret\n");
        assert_eq!(
            fixture.scan(),
            (vec!["default/c".into(), "team/a".into(), "team/b".into()], vec![])
        );
    }

    #[test]
    fn a_faulty_file_keeps_what_it_held_and_gives_what_can_be_read() {
        let mut fixture = Fixture::new();
        fixture.write("a.yaml", &format!("{}{}", sealed("a"), sealed("b")));
        fixture.scan();
        fixture.write("a.yaml", &format!("{}{}---\n\"\n", sealed("a"), sealed("c")));
        let (names, faults) = fixture.scan();
        assert_eq!(names, ["team/a", "team/b", "team/c"]);
        assert_eq!(
            faults.iter().map(|(_, reason)| *reason).collect::<Vec<_>>(),
            ["Malformed"]
        );
        fixture.write("a.yaml", &sealed("a"));
        assert_eq!(fixture.scan(), (vec!["team/a".into()], vec![]));
        fs::remove_file(fixture.0.path().join("a.yaml")).expect("removed");
        assert_eq!(fixture.scan(), (vec![], vec![]));
    }

    #[test]
    fn what_shows_no_sign_of_a_sealed_secret_is_nobodys_business() {
        let mut fixture = Fixture::new();
        fixture.write("template.yaml", "{{ if .Values.x }}\na: b\n{{ end }}\n");
        assert_eq!(fixture.scan(), (vec![], vec![]));
        let made_from = BTreeSet::from([PathBuf::from("template.yaml")]);
        let scan = fixture.1.scan(&made_from).expect("a scan");
        assert_eq!(scan.faults.len(), 1);
        assert!(scan.is_faulty(Path::new("template.yaml")) && !scan.is_faulty(Path::new("template")));
    }

    #[test]
    fn what_is_listed_and_leads_nowhere_keeps_what_it_held() {
        let mut fixture = Fixture::new();
        fixture.write("..target", &sealed("a"));
        let link = |to: &str, from: &str| {
            let path = fixture.0.path().join(from);
            std::os::unix::fs::symlink(to, path).expect("a link");
        };
        link("..target", "a.yaml");
        link("nowhere", "other.yaml");
        assert_eq!(fixture.scan(), (vec!["team/a".into()], vec![]));
        fs::remove_file(fixture.0.path().join("..target")).expect("removed");
        let unreadable = (vec!["team/a".into()], vec![("a.yaml".into(), "Unreadable")]);
        assert_eq!(fixture.scan(), unreadable);
        assert_eq!(fixture.scan(), unreadable);
        fs::remove_file(fixture.0.path().join("a.yaml")).expect("removed");
        assert_eq!(fixture.scan(), (vec![], vec![]));
    }

    #[test]
    fn a_file_that_goes_between_listing_and_reading_is_a_fault_if_something_was_made_from_it() {
        let (path, gone) = (Path::new("a.yaml"), Path::new("/nonexistent/a.yaml"));
        let reasons = |is_known| {
            let (_, faults) = read(path, gone, is_known);
            faults.iter().map(|fault| fault.reason).collect::<Vec<_>>()
        };
        assert_eq!(reasons(true), ["Unreadable"]);
        assert!(reasons(false).is_empty());
    }

    #[test]
    fn of_two_with_the_same_name_the_later_path_is_refused() {
        let mut fixture = Fixture::new();
        fixture.write("b.yaml", &sealed("a"));
        fixture.write("a.yaml", &format!("{}{}", sealed("b"), sealed("a")));
        assert_eq!(fixture.scan().1, [("b.yaml:2:1".into(), "Duplicate")]);
        let scan = fixture.1.scan(&BTreeSet::new()).expect("a scan");
        assert!(!scan.is_faulty(Path::new("b.yaml")));
    }

    #[test]
    fn names_that_would_leave_the_directory_are_refused() {
        let mut fixture = Fixture::new();
        for (index, (namespace, name, key)) in [
            ("..", "a", "a"),
            ("a/b", "a", "a"),
            ("a", "../a", "a"),
            ("a", "a", "../a"),
            ("a", "a", "..a"),
            ("a", "", "a"),
            ("a.b", "a", "a"),
        ]
        .into_iter()
        .enumerate()
        {
            let text = serde_json::json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
                "metadata": {"name": name, "namespace": namespace}, "spec": {"encryptedData": {key: "AgA="}}});
            fixture.write(&format!("{index}.json"), &text.to_string());
        }
        let (names, faults) = fixture.scan();
        assert!(names.is_empty(), "{names:?}");
        assert!(
            faults.len() == 7 && faults.iter().all(|(_, reason)| *reason == "InvalidName"),
            "{faults:?}"
        );
    }
}
