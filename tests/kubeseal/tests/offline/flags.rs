use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use signet_kubeseal_tests::Case;

use crate::{SECRET, seal};

pub(crate) fn cases() -> Vec<Case> {
    [usage(), logging(), values(), environment()].concat()
}

/// The flags of the logging library: all are read, none has an effect.
fn logging() -> Vec<Case> {
    let flags = "-v=-1 -v=99999999999 -v= -v=0x10 --stderrthreshold=warning --stderrthreshold=9 --stderrthreshold=bogus \
        --stderrthreshold=99999999999 --alsologtostderrthreshold=x --log_file_max_size=0x10 --log_file_max_size=1_0 \
        --log_file_max_size=08 --log_file_max_size=-1 --log_file_max_size=99999999999999999999 --vmodule=a=1,,b=2 --vmodule=a \
        --vmodule=a=x --vmodule=a=-1 --vmodule==1 --log_backtrace_at=a.go:7 --log_backtrace_at=a.go:0 --log_backtrace_at=a:7 \
        --log_backtrace_at= --one_output=maybe --skip_headers=F";
    let flags = flags.split_whitespace();
    flags
        .map(|flag| Case::new(&format!("logging {flag}"), &format!("{flag} --version")))
        .collect()
}

fn usage() -> Vec<Case> {
    vec![
        Case::new("version", "--version"),
        Case::new("version-true", "--version=true"),
        Case::new("version-before-help", "--help --version"),
        Case::new("help", "--help"),
        Case::new("help-short", "-h"),
        Case::new("flag-unknown", "--frobnicate"),
        Case::new("flag-unknown-value", "--frobnicate=x"),
        Case::new("letter-unknown", "-x"),
        Case::new("letter-unknown-in-group", "-vx"),
        Case::new("argument-missing", "--cert"),
        Case::new("argument-missing-letter", "-o"),
        Case::new("syntax-equals", "--=x"),
        Case::new("syntax-dashes", "---cert=x"),
        Case::new("boolean-wrong", "--raw=maybe"),
        Case::new("boolean-needs-equals", "--version false"),
        Case::new("scope-wrong", "--scope galaxy-wide"),
        Case::new("integer-wrong", "-v=many"),
        Case::new("commas-wrong", "--from-file").argument("a\"b"),
        Case::new("commas-open-quote", "--from-file").argument("\"a"),
        Case::new("several-wrong", "--frobnicate --cert"),
        Case::new("end-of-flags", "--version -- --frobnicate"),
        Case::new("words-are-ignored", "seal this --version please"),
        Case::new("dash-is-a-word", "- --version"),
        Case::new("from-file-without-raw", "--from-file x"),
        Case::new("version-before-from-file", "--version --from-file x"),
    ]
}

fn values() -> Vec<Case> {
    vec![
        seal("format-json", "-ojson"),
        seal("format-upper", "-o JSON"),
        seal("format-yaml", "-o yaml"),
        seal("format-yaml-joined", "-oyaml"),
        seal("format-yaml-equals", "-o=yaml"),
        seal("format-yaml-long", "--format=YAML"),
        seal("format-unknown", "-o xml"),
        seal("format-empty", "--format="),
        seal("last-value-counts", "-o xml -o yaml"),
        seal("boolean-off", "--raw=false"),
        seal("boolean-off-again", "--raw --raw=F"),
        seal("empty-scope", "--scope="),
        seal("empty-name", "--name="),
        seal(
            "klog",
            "-v 4 --alsologtostderr --logtostderr=true --stderrthreshold 2 --skip_headers --vmodule=a=1 --one_output",
        ),
        seal("klog-file", "--log_file_max_size 3 --add_dir_header --skip_log_headers"),
        Case::new("file", "--cert cert.pem -f in.yaml").file("in.yaml", SECRET),
        Case::new("file-joined", "--cert cert.pem -fin.yaml").file("in.yaml", SECRET),
        Case::new("file-equals", "--cert=cert.pem -f=in.yaml").file("in.yaml", SECRET),
        Case::new("file-before-stdin", "--cert cert.pem -f in.yaml")
            .file("in.yaml", SECRET)
            .stdin("nonsense"),
        Case::new("file-missing", "--cert cert.pem -f missing.yaml"),
        Case::new("file-dash-is-a-name", "--cert cert.pem -f -").stdin(SECRET),
        Case::new("file-folder", "--cert cert.pem -f .").hangs(),
        Case::new("file-not-utf-8", "--cert cert.pem -f")
            .argument(OsStr::from_bytes(b"in\xff.yaml"))
            .file(OsStr::from_bytes(b"in\xff.yaml"), SECRET),
        Case::new("word-not-utf-8", "--version").argument(OsStr::from_bytes(b"\xff")),
        Case::new("cert-not-utf-8", "--cert").argument(OsStr::from_bytes(b"\xff.pem")),
        seal("name-not-utf-8", "--name").argument(OsStr::from_bytes(b"app\xff")),
        seal("flag-not-utf-8", "").argument(OsStr::from_bytes(b"--\xff")),
        Case::new("nothing-to-read", "--cert cert.pem"),
    ]
}

fn environment() -> Vec<Case> {
    let secret = |name: &str, arguments: &str| Case::new(name, arguments).stdin(SECRET);
    vec![
        secret("variable-cert", "").variable("SEALED_SECRETS_CERT", "cert.pem"),
        secret("variable-loses", "--cert cert.pem").variable("SEALED_SECRETS_CERT", "missing.pem"),
        secret("variable-format", "--cert cert.pem").variable("SEALED_SECRETS_FORMAT", "yaml"),
        secret("variable-scope", "--cert cert.pem").variable("SEALED_SECRETS_SCOPE", "cluster-wide"),
        secret("variable-scope-wrong", "--cert cert.pem").variable("SEALED_SECRETS_SCOPE", "galaxy-wide"),
        secret("variable-boolean-wrong", "--cert cert.pem").variable("SEALED_SECRETS_RAW", "maybe"),
        secret("variable-namespace", "--cert cert.pem")
            .variable("SEALED_SECRETS_NAMESPACE", "other")
            .variable("KUBECONFIG", "config"),
        secret("variable-file", "--cert cert.pem")
            .variable("SEALED_SECRETS_SECRET_FILE", "in.yaml")
            .file("in.yaml", SECRET.replace("app", "web")),
        secret("variable-output", "--cert cert.pem").variable("SEALED_SECRETS_SEALED_SECRET_FILE", "out.yaml"),
        secret("variable-empty-data", "--cert cert.pem")
            .variable("SEALED_SECRETS_ALLOW_EMPTY_DATA", "true")
            .stdin("metadata: {name: app, namespace: team}\n"),
        secret("variable-of-klog", "--version").variable("SEALED_SECRETS_V", "many"),
        secret("variable-kubeconfig", "--cert cert.pem")
            .variable("SEALED_SECRETS_KUBECONFIG", "config")
            .stdin("metadata: {name: app}\nstringData: {a: b}\n"),
        secret("variable-rotate", "--version").variable("SEALED_SECRETS_ROTATE", "true"),
        Case::new(
            "variable-keys-and-flag",
            "--recovery-unseal --recovery-private-key key.pem -f sealed.yaml",
        )
        .variable("SEALED_SECRETS_RECOVERY_PRIVATE_KEY", "other-key.pem"),
        Case::new(
            "variable-files-and-flag",
            "--raw --cert cert.pem --scope cluster-wide --from-file key.pem",
        )
        .variable("SEALED_SECRETS_FROM_FILE", "cert.pem"),
    ]
}
