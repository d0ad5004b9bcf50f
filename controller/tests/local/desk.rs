//! A temporary directory with all that a local controller needs, and the controller on it.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value as Json;
use signet_api::{Reading, Scope, Secret, annotations};
use signet_document::{Limits, write_yaml};
use signet_plaintext::Plaintext;
use signet_sealing_keys::{Certificate, KeyOrder, Keyring, SealingKey, key_secret};
use tempfile::TempDir;

/// The directories. They go when it is dropped.
pub(crate) struct Desk(TempDir);

/// A controller that is killed when dropped.
pub(crate) struct Controller {
    child: Child,
    root: PathBuf,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(TempDir::new().expect("a directory"));
        fs::create_dir(desk.path("manifests")).expect("a directory");
        desk
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path(path)).ok()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("written");
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("removed");
    }

    pub(crate) fn mode(&self, path: &str) -> u32 {
        fs::metadata(self.path(path)).expect("metadata").permissions().mode() & 0o777
    }

    /// The paths of all files below a directory, relative to it.
    pub(crate) fn files(&self, path: &str) -> Vec<String> {
        let root = self.path(path);
        let (mut pending, mut files) = (vec![root.clone()], Vec::new());
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(directory).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() && !path.is_symlink() {
                    pending.push(path);
                } else {
                    files.push(path.strip_prefix(&root).expect("below").display().to_string());
                }
            }
        }
        files.sort();
        files
    }

    /// The files of Secrets: what is below their directory, but for the status file.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut files = self.files("secrets");
        files.retain(|path| !path.starts_with(".signet-"));
        files
    }

    /// The command line of a controller with small keys, which are made quickly.
    pub(crate) fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signet-controller"));
        command.arg("local");
        for (flag, value) in [
            ("--key-size", "2048"),
            ("--listen-addr", "127.0.0.1:0"),
            ("--manifests", "manifests"),
            ("--keys", "keys"),
            ("--secrets", "secrets"),
        ] {
            if !more.contains(&flag) {
                command.args([flag, value]);
            }
        }
        command
            .args(more)
            .env_clear()
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }

    /// Reconciles everything once.
    pub(crate) fn once(&self, more: &[&str]) -> Output {
        let output = self.command(more).arg("--once").output().expect("run");
        eprintln!("--once: {}\n{}", output.status, text(&output.stderr));
        output
    }

    /// Starts a controller and waits until it is ready.
    pub(crate) fn start(&self, more: &[&str]) -> Controller {
        let controller = self.spawn(more);
        wait("readiness", || {
            controller.get("/readyz").is_some_and(|(status, _)| status == 200)
        });
        controller
    }

    /// Starts a controller.
    pub(crate) fn spawn(&self, more: &[&str]) -> Controller {
        let file = |name| File::create(self.path(name)).expect("a file");
        let child = self
            .command(more)
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .expect("run");
        Controller {
            child,
            root: self.0.path().to_owned(),
        }
    }

    /// The lines of status so far.
    pub(crate) fn lines(&self) -> Vec<Json> {
        lines(&self.read("stdout").unwrap_or_default())
    }

    /// Waits for a line about that object with that reason, the latest one about it.
    pub(crate) fn wait_for(&self, namespace: &str, name: &str, reason: &str) -> Json {
        let mut found = None;
        wait(
            &format!("{reason} of {namespace}/{name}; stdout is\n{}", self.shown("stdout")),
            || {
                found = self
                    .lines()
                    .into_iter()
                    .rfind(|line| line["namespace"] == namespace && line["name"] == name);
                found.as_ref().is_some_and(|line| line["reason"] == reason)
            },
        );
        found.expect("a line")
    }

    pub(crate) fn shown(&self, path: &str) -> String {
        text(&self.read(path).unwrap_or_default())
    }

    /// Waits until a file holds that.
    pub(crate) fn wait_for_file(&self, path: &str, content: &str) {
        wait(&format!("{path} to be {content:?}"), || {
            self.read(path).is_some_and(|bytes| bytes == content.as_bytes())
        });
    }

    /// Waits until a directory holds these files and no others, temporary ones included.
    pub(crate) fn wait_for_files(&self, path: &str, files: &[&str]) {
        wait(&format!("{path} to hold {files:?}"), || self.files(path) == files);
    }

    pub(crate) fn wait_for_absence(&self, path: &str) {
        wait(&format!("{path} to go"), || !self.path(path).exists());
    }

    pub(crate) fn status_file(&self) -> Json {
        let bytes = self.read("secrets/.signet-status.json");
        bytes.map_or(Json::Null, |bytes| serde_json::from_slice(&bytes).expect("JSON"))
    }

    /// The keys in the directory of keys.
    pub(crate) fn keys(&self) -> Vec<SealingKey> {
        let key = |name: &String| {
            let bytes = self.read(&format!("keys/{name}")).expect("a file");
            let document = signet_document::read(&bytes, &Limits::default())
                .next()
                .expect("a document")
                .expect("YAML");
            key_secret::decode(&Secret::from_document(&document, Reading::Strict).expect("a Secret")).expect("a key")
        };
        self.files("keys")
            .iter()
            .filter(|name| name.starts_with("sealed-secrets-key"))
            .map(key)
            .collect()
    }

    /// The newest certificate; makes the first key if there is none.
    pub(crate) fn certificate(&self) -> Certificate {
        if self.files("keys").is_empty() {
            assert_eq!(self.once(&[]).status.code(), Some(0));
        }
        let ring = Keyring::new(self.keys().into_iter().map(std::sync::Arc::new), KeyOrder::default());
        ring.newest().expect("a key").certificate().clone()
    }

    /// Seals a Secret and puts its manifest into a file.
    pub(crate) fn seal(&self, file: &str, secret: &Secret) {
        self.write(&format!("manifests/{file}"), self.sealed(secret));
    }

    /// Seals a Secret.
    pub(crate) fn sealed(&self, secret: &Secret) -> String {
        let sealed = signet_seal::seal(secret, &self.certificate()).expect("sealed");
        format!("---\n{}", *write_yaml(&sealed.to_node()))
    }
}

impl Controller {
    /// An answer of the controller: status and body.
    pub(crate) fn get(&self, path: &str) -> Option<(u16, String)> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(DEADLINE))
            .build()
            .into();
        let mut answer = agent.get(format!("http://{}{path}", self.address()?)).call().ok()?;
        Some((answer.status().as_u16(), answer.body_mut().read_to_string().ok()?))
    }

    /// Where it listens, as its log says.
    fn address(&self) -> Option<String> {
        let log = fs::read_to_string(self.root.join("stderr")).ok()?;
        let rest = log
            .split("127.0.0.1:")
            .find(|rest| rest.starts_with(|first: char| ('1'..='9').contains(&first)))?;
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (rest.len() > port.len()).then(|| format!("127.0.0.1:{port}"))
    }

    /// Asks it to end, and waits.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
        self.wait()
    }

    /// Waits for its own end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        wait("the controller to end", || {
            status = self.child.try_wait().expect("a status");
            status.is_some()
        });
        status.expect("a status")
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("a status");
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", fs::read_to_string(self.root.join("stderr")).unwrap_or_default());
        }
    }
}

/// A Secret of strict scope.
pub(crate) fn secret(namespace: &str, name: &str, data: &[(&str, &str)]) -> Secret {
    let mut secret = Secret::default();
    secret.metadata.namespace = Some(namespace.to_owned());
    secret.metadata.name = Some(name.to_owned());
    secret.data = data
        .iter()
        .map(|(key, value)| ((*key).to_owned(), Plaintext::from(value.as_bytes().to_vec())))
        .collect();
    secret
}

/// The same in another scope.
pub(crate) fn scoped(mut secret: Secret, scope: Scope) -> Secret {
    scope.annotate(secret.metadata.annotations.get_or_insert_default());
    secret
}

/// Without an owner.
pub(crate) fn without_owner(mut secret: Secret) -> Secret {
    let annotation = (
        annotations::SKIP_SET_OWNER_REFERENCES.to_owned(),
        annotations::TRUE.to_owned(),
    );
    secret.metadata.annotations.get_or_insert_default().extend([annotation]);
    secret
}

pub(crate) fn lines(stdout: &[u8]) -> Vec<Json> {
    // The last line may be half written.
    let complete = stdout.rsplitn(2, |byte| *byte == b'\n').nth(1).unwrap_or_default();
    let lines = complete.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).expect("a JSON line"))
        .collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Waits for a condition.
pub(crate) fn wait(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a directory has something that a killed process left.
pub(crate) fn unfinished(files: &[String]) -> Vec<&String> {
    let part = |path: &str| {
        Path::new(path)
            .iter()
            .any(|part| part.to_string_lossy().ends_with(".tmp"))
    };
    files.iter().filter(|path| part(path)).collect()
}

/// Shorter than the controller's own looks without being told, so that what is told late fails.
const DEADLINE: Duration = Duration::from_secs(25);
