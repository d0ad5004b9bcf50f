use std::{
    collections::BTreeMap,
    env, fs,
    net::SocketAddr,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
};

use signet_sops_tests::{Fault, Program, peer};

/// A folder with what upstream's tests read, and a keyring of the keys that they use.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    service: SocketAddr,
}

/// What became of the tests.
pub(crate) struct Report {
    /// Whether each passed, by its name.
    pub(crate) passed: BTreeMap<String, bool>,
    output: String,
}

impl Desk {
    pub(crate) fn new(program: &Program, service: SocketAddr) -> Result<Self, Fault> {
        let folder = tempfile::tempdir()?;
        let tests = peer("SIGNET_PEER_SOPS_FUNCTIONAL_TESTS")?;
        fs::copy(tests.join(".sops.yaml"), folder.path().join(".sops.yaml"))?;
        symlink(tests.join("res"), folder.path().join("res"))?;
        symlink(program.path(), folder.path().join("sops"))?;
        fs::create_dir(folder.path().join("tmp"))?;
        let desk = Self { folder, service };
        let key = tests.join("sops_functional_tests_key.asc");
        let import = desk
            .command(Path::new("gpg"))
            .args(["--batch", "--quiet", "--import"])
            .arg(key)
            .output();
        let import = import.map_err(|error| format!("gpg: {error}; hint: apt-get install gpg gpg-agent"))?;
        if !import.status.success() {
            return Err(String::from_utf8_lossy(&import.stderr).into());
        }
        Ok(desk)
    }

    /// Runs all of the tests, those too that upstream runs only where there are services.
    pub(crate) fn run(&self) -> Result<Report, Fault> {
        let tests = peer("SIGNET_PEER_SOPS_FUNCTIONAL_TESTS")?.join("tests");
        let output = self.command(&tests).arg("--include-ignored").output()?;
        let output = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let passed = output.lines().filter_map(result).collect();
        Ok(Report { passed, output })
    }

    /// With no settings but those of the desk.
    fn command(&self, program: &Path) -> Command {
        let folder = self.folder.path();
        let service = format!("http://{}", self.service);
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder)
            .env("GNUPGHOME", folder)
            .env("TMPDIR", folder.join("tmp"))
            .env("VAULT_ADDR", &service)
            .env("VAULT_TOKEN", "token")
            .env("AWS_ENDPOINT_URL", &service)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "id")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env(
                "FUNCTIONAL_TEST_KMS_ARN",
                "arn:aws:kms:us-east-1:123456789012:key/tests",
            )
            .current_dir(folder)
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The agent would stay; that it cannot be ended is no fault of a test.
        let _ = self.command(Path::new("gpgconf")).args(["--kill", "all"]).status();
    }
}

impl Report {
    /// What a test that failed has said.
    pub(crate) fn said(&self, test: &str) -> &str {
        let start = format!("---- tests::{test} stdout ----");
        let said = self.output.split_once(&start).map_or("nothing", |(_, said)| said);
        let end = said.find("\n---- ").or_else(|| said.find("\nfailures:"));
        said[..end.unwrap_or(said.len())].trim()
    }
}

/// The line `test tests::NAME ... ok`.
fn result(line: &str) -> Option<(String, bool)> {
    let (name, result) = line.strip_prefix("test tests::")?.split_once(" ... ")?;
    Some((name.to_owned(), result == "ok"))
}
