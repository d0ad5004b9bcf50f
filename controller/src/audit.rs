//! What was decrypted, when, and by which keys: one JSON line for each unsealing, without values and without digests of any.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;
use signet_api::SealedSecret;
use signet_seal::{UnsealError, Unsealed};
use signet_sealing_keys::Fingerprint;

use crate::{
    metrics::Metrics,
    outcome::{Failure, Reason},
};

/// An audit log. What cannot be written is a warning and counted, and stops nothing.
pub(crate) struct AuditLog {
    output: Mutex<Output>,
    metrics: Metrics,
}

struct Output {
    writer: Box<dyn Write + Send>,
    /// The last line was cut off.
    is_torn: bool,
}

/// The file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{}: the audit log cannot be opened: {error}", path.display())]
pub(crate) struct AuditLogError {
    path: PathBuf,
    error: io::Error,
}

#[derive(Serialize)]
struct Line<'a> {
    time: Timestamp,
    namespace: &'a str,
    name: &'a str,
    generation: Option<i64>,
    keys: Vec<&'a str>,
    outcome: &'static str,
}

impl AuditLog {
    /// Appends to a file, which is made with mode 0600; `-` is standard output. None without a path.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open(path: Option<&Path>, metrics: &Metrics) -> Result<Option<Self>, AuditLogError> {
        let Some(path) = path else { return Ok(None) };
        let refused = |error| AuditLogError {
            path: path.to_owned(),
            error,
        };
        let writer: Box<dyn Write + Send> = match path.as_os_str() == "-" {
            true => Box::new(io::stdout()),
            false => Box::new(append(path).map_err(refused)?),
        };
        Ok(Some(Self::new(writer, metrics.clone())))
    }

    fn new(writer: Box<dyn Write + Send>, metrics: Metrics) -> Self {
        let output = Mutex::new(Output { writer, is_torn: false });
        Self { output, metrics }
    }

    /// Writes a line about an unsealing.
    pub(crate) fn write(&self, sealed: &SealedSecret, result: &Result<Unsealed, UnsealError>, now: Timestamp) {
        let reason = result
            .as_ref()
            .map_or_else(|error| Failure::Unseal(error.clone()).reason(), |_| Reason::Unsealed);
        let keys = result.iter().flat_map(|unsealed| &unsealed.opened_by);
        let line = Line {
            time: now,
            namespace: sealed.namespace(),
            name: sealed.name(),
            generation: sealed.metadata.generation,
            keys: keys.map(Fingerprint::as_str).collect(),
            outcome: reason.as_str(),
        };
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = output.append(&line) {
            self.metrics.count_audit_error();
            let (namespace, name) = (line.namespace, line.name);
            tracing::warn!(namespace, name, %error, "Cannot write to the audit log");
        }
    }
}

impl Output {
    /// In one write, so that lines of several programs do not mix.
    fn append(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut text = if self.is_torn { b"\n".to_vec() } else { Vec::new() };
        serde_json::to_writer(&mut text, line)?;
        text.push(b'\n');
        let written = self.writer.write(&text)?;
        self.is_torn = written < text.len() && (written > 0 || self.is_torn);
        if written < text.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.writer.flush()
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn sealed() -> SealedSecret {
        let mut sealed = SealedSecret::new("app", Default::default());
        sealed.metadata.namespace = Some("team".to_owned());
        sealed.metadata.generation = Some(3);
        sealed
    }

    fn open(path: &Path, metrics: &Metrics) -> AuditLog {
        AuditLog::open(Some(path), metrics).expect("opened").expect("a log")
    }

    #[test]
    fn lines_are_appended_to_a_file_of_its_owner() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("audit");
        for _ in 0..2 {
            let log = open(&path, &Metrics::new());
            log.write(&sealed(), &Err(UnsealError::BothData), Timestamp::UNIX_EPOCH);
        }
        let line = r#"{"time":"1970-01-01T00:00:00Z","namespace":"team","name":"app","generation":3,"keys":[],"outcome":"UnsealFailed"}"#;
        assert_eq!(fs::read_to_string(&path).expect("a file"), format!("{line}\n{line}\n"));
        let mode = fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_full_disk_is_counted_and_stops_nothing() {
        let metrics = Metrics::new();
        let log = open(Path::new("/dev/full"), &metrics);
        log.write(&sealed(), &Err(UnsealError::BothData), Timestamp::UNIX_EPOCH);
        assert!(
            metrics
                .text()
                .contains("sealed_secrets_controller_audit_errors_total 1\n")
        );
    }

    /// Takes half of the first line.
    struct Half(std::sync::Arc<Mutex<Vec<u8>>>);

    impl Write for Half {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let length = if taken.is_empty() { bytes.len() / 2 } else { bytes.len() };
            taken.extend(&bytes[..length]);
            Ok(length)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_after_one_that_was_cut_off_stands_alone() {
        let taken = std::sync::Arc::default();
        let log = AuditLog::new(Box::new(Half(std::sync::Arc::clone(&taken))), Metrics::new());
        for _ in 0..2 {
            log.write(&sealed(), &Err(UnsealError::BothData), Timestamp::UNIX_EPOCH);
        }
        let text = String::from_utf8(taken.lock().expect("a lock").clone()).expect("UTF-8");
        let last = text.lines().last().expect("a line");
        assert!(serde_json::from_str::<serde_json::Value>(last).is_ok(), "{text}");
    }
}
