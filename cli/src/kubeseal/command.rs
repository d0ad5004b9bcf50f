use std::{
    fs::File,
    io::{IsTerminal, stderr},
    path::PathBuf,
    time::Duration,
};

use jiff::SignedDuration;
use secrecy::SecretString;
use signet_api::{Scope, http::DEFAULT_SERVICE};
use signet_document::Format;

use super::{
    error::Error,
    flags::{Flags, USAGE},
    raw::Raw,
    recovery::RecoveryUnseal,
    seal::Seal,
};
use crate::{
    io::{
        certificate,
        cluster::Service,
        input::Source,
        kubeconfig::{Connection, IdentityOverrides, ServerOverrides},
        output::{Target, write_stdout},
        replace::Mode,
    },
    report::say,
};

/// What kubeseal was asked to do.
pub(crate) enum Command {
    FetchCert {
        certificate: certificate::Source,
        target: Target,
    },
    Help,
    MergeInto,
    Raw(Raw),
    ReEncrypt,
    RecoveryUnseal(RecoveryUnseal),
    Seal(Seal),
    Validate,
    Version,
}

impl Command {
    /// The mode, by upstream's precedence where the flags ask for several.
    ///
    /// # Errors
    /// A flag with a value that the mode cannot take, or without one that it needs.
    pub(crate) fn new(flags: &Flags) -> Result<Self, Error> {
        if flags.is_on("version") {
            return Ok(Self::Version);
        }
        if flags.is_on("help") {
            return Ok(Self::Help);
        }
        let is_raw = flags.is_on("raw");
        if !is_raw && !flags.list("from-file").is_empty() {
            return Err(Error::FromFileWithoutRaw);
        }
        let source = source(flags, is_raw)?;
        if flags.is_on("recovery-unseal") {
            return Ok(Self::RecoveryUnseal(RecoveryUnseal {
                source,
                keys: flags
                    .list("recovery-private-key")
                    .into_iter()
                    .map(PathBuf::from)
                    .collect(),
                format: format(flags)?,
                target: target(flags),
            }));
        }
        warn_of_keys(flags);
        if flags.is_on("validate") {
            return Ok(Self::Validate);
        }
        if flags.is_on("re-encrypt") {
            return Ok(Self::ReEncrypt);
        }
        Self::with_certificate(flags, source, is_raw)
    }

    /// Does it.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) fn run(&self, program: &str) -> Result<(), Error> {
        match self {
            Self::FetchCert { certificate, target } => Ok(target.write(&certificate.fetch()?)?),
            Self::Help => Ok(write_stdout(format!("Usage of {program}:\n{USAGE}").as_bytes())?),
            Self::MergeInto => Err(Error::UnsupportedMode("merge-into")),
            Self::Raw(raw) => raw.run(),
            Self::ReEncrypt => Err(Error::UnsupportedMode("re-encrypt")),
            Self::RecoveryUnseal(recovery) => recovery.run(),
            Self::Seal(seal) => seal.run(),
            Self::Validate => Err(Error::UnsupportedMode("validate")),
            Self::Version => Ok(write_stdout(VERSION.as_bytes())?),
        }
    }

    /// The modes that need a certificate.
    fn with_certificate(flags: &Flags, source: Source, is_raw: bool) -> Result<Self, Error> {
        let certificate = certificate(flags)?;
        if flags.is_on("fetch-cert") {
            return Ok(Self::FetchCert {
                certificate,
                target: target(flags),
            });
        }
        if flags.text("merge-into").is_some() {
            return Ok(Self::MergeInto);
        }
        let connection = connection(flags);
        let scope = flags
            .text("scope")
            .and_then(|name| name.parse().ok())
            .unwrap_or(Scope::Strict);
        let name = flags.text("name");
        if is_raw {
            return Ok(Self::Raw(Raw {
                files: flags.list("from-file"),
                certificate,
                connection,
                scope,
                name,
                target: target(flags),
            }));
        }
        Ok(Self::Seal(Seal {
            source,
            certificate,
            connection,
            scope,
            name,
            allow_empty_data: flags.is_on("allow-empty-data"),
            format: format(flags)?,
            target: target(flags),
        }))
    }
}

/// Where manifests come from. A file must open even where nothing is read from it.
fn source(flags: &Flags, is_raw: bool) -> Result<Source, Error> {
    match flags.text("secret-file").map(PathBuf::from) {
        Some(path) => File::open(&path).map_err(|_| Error::Input).map(|_| Source::File(path)),
        None => {
            if !is_raw && !flags.is_on("fetch-cert") && Source::Stdin.is_terminal() {
                say("(tty detected: expecting json/yaml k8s resource in stdin)");
            }
            Ok(Source::Stdin)
        }
    }
}

fn target(flags: &Flags) -> Target {
    Target::new(flags.text("sealed-secret-file").map(PathBuf::from), Mode::Private)
}

/// That of the flag; but a file called `.yaml` or `.yml` is YAML, whatever the flag says.
fn format(flags: &Flags) -> Result<Format, Error> {
    if target(flags).format() == Some(Format::Yaml) {
        return Ok(Format::Yaml);
    }
    match flags.text("format") {
        None => Ok(Format::Json),
        Some(name) if name.eq_ignore_ascii_case("json") => Ok(Format::Json),
        Some(name) if name.eq_ignore_ascii_case("yaml") => Ok(Format::Yaml),
        Some(name) => Err(Error::UnsupportedFormat(name)),
    }
}

fn certificate(flags: &Flags) -> Result<certificate::Source, Error> {
    if let Some(cert) = flags.text("cert") {
        return Ok(certificate::Source::new(&cert));
    }
    Ok(certificate::Source::Cluster(Box::new(Service {
        connection: Connection {
            timeout: timeout(flags)?,
            ..connection(flags)
        },
        namespace: flags
            .text("controller-namespace")
            .unwrap_or_else(|| DEFAULT_SERVICE.1.to_owned()),
        name: flags
            .text("controller-name")
            .unwrap_or_else(|| DEFAULT_SERVICE.0.to_owned()),
    })))
}

/// Without its timeout, which nothing but a request needs.
fn connection(flags: &Flags) -> Connection {
    Connection {
        kubeconfig: flags.text("kubeconfig").map(PathBuf::from),
        context: flags.text("context"),
        cluster: flags.text("cluster"),
        user: flags.text("user"),
        namespace: flags.text("namespace"),
        timeout: None,
        server: ServerOverrides {
            server: flags.text("server"),
            certificate_authority: flags.text("certificate-authority"),
            insecure_skip_tls_verify: flags.boolean("insecure-skip-tls-verify"),
            tls_server_name: flags.text("tls-server-name"),
            proxy_url: flags.text("proxy-url"),
            disable_compression: flags.boolean("disable-compression"),
        },
        identity: IdentityOverrides {
            client_certificate: flags.text("client-certificate"),
            client_key: flags.text("client-key"),
            token: flags.text("token").map(SecretString::from),
            username: flags.text("username"),
            password: flags.text("password").map(SecretString::from),
            impersonate: flags.text("as"),
            impersonate_uid: flags.text("as-uid"),
            impersonate_groups: flags.list("as-group"),
        },
    }
}

/// A number of seconds, or Go's notation of a duration; nothing for zero.
fn timeout(flags: &Flags) -> Result<Option<Duration>, Error> {
    let Some(text) = flags.text("request-timeout") else {
        return Ok(None);
    };
    let duration = match text.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(seconds.into()),
        Err(_) => {
            let duration: SignedDuration = text.parse().map_err(|_| Error::Timeout)?;
            Duration::try_from(duration).map_err(|_| Error::Timeout)?
        }
    };
    Ok(Some(duration).filter(|duration| !duration.is_zero()))
}

fn warn_of_keys(flags: &Flags) {
    if !flags.list("recovery-private-key").is_empty() && stderr().is_terminal() {
        say("warning: ignoring --recovery-private-key because unseal command not chosen with --recovery-unseal");
    }
}

const VERSION: &str = "kubeseal version: 0.40.0\n";
