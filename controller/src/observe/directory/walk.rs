//! Which files of a tree may hold manifests.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{self, FileType},
    io,
    path::{Path, PathBuf},
};

/// The manifest files of a tree by their path in it, and the directories that could not be read.
#[derive(Default)]
pub(crate) struct Tree {
    /// Path in the tree, and the file itself.
    pub(crate) files: BTreeMap<PathBuf, PathBuf>,
    /// Every directory that was read.
    pub(crate) directories: Vec<PathBuf>,
    /// What could not be read, and why.
    pub(crate) unreadable: Vec<(PathBuf, io::Error)>,
    /// What went while it was listed, and links that lead nowhere. It may be back a moment later.
    pub(crate) vanished: Vec<(PathBuf, io::Error)>,
}

/// Lists `*.yaml`, `*.yml` and `*.json`, whatever stands in a directory or file that begins with a dot left out.
///
/// A symbolic link counts if it leads to a place in the tree, so that a projected volume's links into `..data` do; a file that two paths
/// lead to counts once, by its own path rather than by a link's.
///
/// # Errors
/// The root itself cannot be read. Of anything below it the others are still listed.
pub(crate) fn walk(root: &Path) -> io::Result<Tree> {
    let real = root.canonicalize()?;
    fs::read_dir(&real)?;
    let mut walk = Walk {
        seen: HashSet::from([real.clone()]),
        pending: vec![(PathBuf::new(), real.clone())],
        links: Vec::new(),
        tree: Tree::default(),
        root: real,
    };
    loop {
        if let Some((path, directory)) = walk.pending.pop() {
            walk.directory(&path, &directory);
        } else if let Some((path, link)) = walk.links.pop() {
            walk.link(path, &link);
        } else {
            return Ok(walk.tree);
        }
    }
}

struct Walk {
    root: PathBuf,
    /// Real paths.
    seen: HashSet<PathBuf>,
    pending: Vec<(PathBuf, PathBuf)>,
    /// Looked at when no directory is left, so that a file's own path comes first.
    links: Vec<(PathBuf, PathBuf)>,
    tree: Tree,
}

impl Walk {
    fn directory(&mut self, path: &Path, directory: &Path) {
        self.tree.directories.push(directory.to_owned());
        let entries = fs::read_dir(directory).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        match entries {
            Ok(entries) => {
                for entry in entries {
                    let name = entry.file_name();
                    if name.as_encoded_bytes().starts_with(b".") {
                        continue;
                    }
                    match entry.file_type() {
                        Ok(kind) => self.entry(path.join(name), entry.path(), kind),
                        Err(error) => self.tree.vanished.push((path.join(name), error)),
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.tree.vanished.push((path.to_owned(), error)),
            Err(error) => self.tree.unreadable.push((path.to_owned(), error)),
        }
    }

    fn entry(&mut self, path: PathBuf, real: PathBuf, kind: FileType) {
        if kind.is_symlink() {
            self.links.push((path, real));
        } else if kind.is_dir() {
            if self.seen.insert(real.clone()) {
                self.pending.push((path, real));
            }
        } else if kind.is_file() && is_manifest(&path) && self.seen.insert(real.clone()) {
            self.tree.files.insert(path, real);
        }
    }

    fn link(&mut self, path: PathBuf, link: &Path) {
        let real = match link.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.tree.vanished.push((path, error)),
        };
        let inside = real.strip_prefix(&self.root);
        if !inside.is_ok_and(|inside| !inside.iter().any(|part| part == ".git")) {
            return;
        }
        match fs::metadata(&real) {
            Ok(metadata) => self.entry(path, real, metadata.file_type()),
            Err(error) => self.tree.vanished.push((path, error)),
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn files(root: &Path) -> Vec<String> {
        let tree = walk(root).expect("a tree");
        tree.files.keys().map(|path| path.display().to_string()).collect()
    }

    fn tree(paths: &[&str]) -> TempDir {
        let root = TempDir::new().expect("a directory");
        for path in paths {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, "").expect("written");
        }
        root
    }

    #[test]
    fn manifests_only_and_nothing_hidden() {
        let root = tree(&[
            "a.yaml",
            "b/c.yml",
            "b/d/e.json",
            "f.txt",
            ".git/g.yaml",
            ".h.yaml",
            "yaml",
        ]);
        assert_eq!(files(root.path()), ["a.yaml", "b/c.yml", "b/d/e.json"]);
    }

    #[test]
    fn links_are_followed_within_the_tree_only_and_once() {
        let outside = tree(&["secret.yaml"]);
        let root = tree(&["z/a.yaml", "..data/b.yaml", ".git/c.yaml"]);
        let link = |to: &Path, from: &str| symlink(to, root.path().join(from)).expect("a link");
        link(outside.path(), "outside");
        link(&outside.path().join("secret.yaml"), "outside.yaml");
        link(Path::new("z"), "again");
        link(Path::new("z/a.yaml"), "again.yaml");
        link(Path::new("."), "round");
        link(Path::new("..data/b.yaml"), "b.yaml");
        link(Path::new(".git/c.yaml"), "c.yaml");
        link(Path::new("nowhere"), "dangling.yaml");
        assert_eq!(files(root.path()), ["b.yaml", "z/a.yaml"]);
    }

    #[test]
    fn the_root_may_be_a_link_and_must_be_a_directory() {
        let root = tree(&["real/a.yaml"]);
        symlink("real", root.path().join("current")).expect("a link");
        assert_eq!(files(&root.path().join("current")), ["a.yaml"]);
        assert!(walk(&root.path().join("missing")).is_err());
        assert!(walk(&root.path().join("real/a.yaml")).is_err());
    }
}
