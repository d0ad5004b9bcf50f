use std::{
    fs::File,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use signet_api::{
    Scope, SealedSecret, Secret,
    annotations::{CLUSTER_WIDE, NAMESPACE_WIDE},
};
use signet_document::{EditError, Editor, Limits, Node, Value};

use super::{
    error::Error,
    input::read_sealed,
    seal::{Rules, read},
};
use crate::io::{
    certificate,
    file::{FileError, Operation},
    input::{Input, Source},
    kubeconfig::Connection,
    output::Target,
    replace::Mode,
};

/// kubeseal `--merge-into`: adds the items of a Secret to a sealed file.
pub(crate) struct MergeInto {
    pub(crate) source: Source,
    pub(crate) path: PathBuf,
    pub(crate) certificate: certificate::Source,
    pub(crate) connection: Connection,
    /// As given; without it that of the file.
    pub(crate) scope: Option<Scope>,
    pub(crate) allow_empty_data: bool,
}

impl MergeInto {
    /// Replaces the file by one that has the items too, or leaves it as it is.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let certificate = self.certificate.load_valid(Timestamp::now())?;
        must_be_writable(&self.path)?;
        let file = Input::read(&Source::File(self.path.clone()))?;
        let mut all = read_sealed(&file)?.into_iter();
        let (Some(target), None) = (all.next(), all.next()) else {
            return Err(Error::NotOneTarget(self.path.clone()));
        };
        let scope = target.object.scope();
        if let Some(given) = self.scope.filter(|given| *given != scope) {
            return Err(Error::ScopeMismatch { found: scope, given });
        }
        let mut secrets = read(&self.source)?.into_iter();
        let (Some(secret), None) = (secrets.next(), secrets.next()) else {
            return Err(Error::ManySecrets);
        };
        let update = self.rules(&target.object).seal(in_scope(secret, scope), &certificate)?;
        let edited = |error| Error::Edit {
            path: self.path.clone(),
            error,
        };
        let mut editor = Editor::new(file.text(), &Limits::default()).map_err(|error| file.unreadable(&error))?;
        add(&mut editor, target.index, update).map_err(edited)?;
        let text = editor.finish().map_err(edited)?;
        Ok(Target::new(Some(self.path.clone()), Mode::Kept).write(&text)?)
    }

    /// The file says name and namespace, where it has them.
    fn rules(&self, target: &SealedSecret) -> Rules {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Rules {
            connection: self.connection.clone(),
            scope: Scope::Strict,
            name: said(target.name()),
            namespace: said(target.namespace()),
            allow_empty_data: self.allow_empty_data,
        }
    }
}

/// With the file's scope in place of its own: one object has one.
fn in_scope(mut secret: Secret, scope: Scope) -> Secret {
    scope.annotate(secret.metadata.annotations.get_or_insert_default());
    secret
}

/// Adds the items of `update`, and its labels and annotations on the template, to a document. Everything else in its text stays.
fn add(editor: &mut Editor, document: usize, update: SealedSecret) -> Result<(), EditError> {
    let metadata = update.spec.template.unwrap_or_default().metadata;
    let mut annotations = metadata.annotations.unwrap_or_default();
    annotations.retain(|key, _| ![CLUSTER_WIDE, NAMESPACE_WIDE].contains(&key.as_str()));
    for (path, texts) in [
        (&["spec", "encryptedData"][..], update.spec.encrypted_data),
        (&["spec", "template", "metadata", "annotations"], annotations),
        (
            &["spec", "template", "metadata", "labels"],
            metadata.labels.unwrap_or_default(),
        ),
    ] {
        let nodes: Vec<_> = texts.values().map(|text| Node::string(text.as_str())).collect();
        let entries: Vec<_> = texts.keys().map(String::as_str).zip(&nodes).collect();
        let path = spelled(editor.documents().get(document).map(|document| &document.root), path);
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        if !entries.is_empty() {
            editor.set_all(document, &path, &entries)?;
        }
    }
    Ok(())
}

/// The path as the document spells it: the case of fields does not matter to kubeseal.
fn spelled(root: Option<&Node>, path: &[&str]) -> Vec<String> {
    let mut node = root;
    let spell = |name: &&str| {
        let mapping = match node.map(|node| &node.value) {
            Some(Value::Mapping(mapping)) => mapping,
            _ => return (*name).to_owned(),
        };
        let mut entries = mapping.entries().filter(|(key, _)| key.name.eq_ignore_ascii_case(name));
        let found = entries.next();
        node = found.map(|(_, node)| node);
        found.map_or((*name).to_owned(), |(key, _)| key.name.clone())
    };
    path.iter().map(spell).collect()
}

/// Replacing a file asks for no right to write to it; who took that right away meant something.
fn must_be_writable(path: &Path) -> Result<(), FileError> {
    let opened = File::options().read(true).write(true).open(path);
    opened
        .map(drop)
        .map_err(|error| FileError::new(Operation::Open, path, &error))
}
