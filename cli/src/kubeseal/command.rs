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
    merge::MergeInto,
    raw::Raw,
    re_encrypt::ReEncrypt,
    recovery::RecoveryUnseal,
    seal::{Rules, Seal},
    validate::Validate,
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
    MergeInto(Box<MergeInto>),
    Raw(Raw),
    ReEncrypt(ReEncrypt),
    RecoveryUnseal(RecoveryUnseal),
    Seal(Seal),
    Validate(Validate),
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
        if !is_raw && !flags.paths("from-file").is_empty() {
            return Err(Error::FromFileWithoutRaw);
        }
        let source = source(flags, is_raw)?;
        if flags.is_on("recovery-unseal") {
            return Ok(Self::RecoveryUnseal(RecoveryUnseal {
                source,
                keys: flags
                    .paths("recovery-private-key")
                    .into_iter()
                    .map(PathBuf::from)
                    .collect(),
                format: format(flags, &target(flags))?,
                target: target(flags),
            }));
        }
        warn_of_keys(flags);
        if flags.is_on("validate") {
            let service = service(flags)?;
            return Ok(Self::Validate(Validate { source, service }));
        }
        if flags.is_on("re-encrypt") {
            return Ok(Self::ReEncrypt(ReEncrypt {
                target: in_place(flags),
                source,
                service: service(flags)?,
                format: format(flags, &in_place(flags))?,
            }));
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
            Self::MergeInto(merge) => merge.run(),
            Self::Raw(raw) => raw.run(),
            Self::ReEncrypt(re_encrypt) => re_encrypt.run(),
            Self::RecoveryUnseal(recovery) => recovery.run(),
            Self::Seal(seal) => seal.run(),
            Self::Validate(validate) => validate.run(),
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
        let connection = connection(flags);
        let given = flags.text("scope").and_then(|name| name.parse().ok());
        let scope = given.unwrap_or(Scope::Strict);
        let name = flags.text("name");
        let allow_empty_data = flags.is_on("allow-empty-data");
        if let Some(path) = flags.path("merge-into") {
            format(flags, &target(flags))?;
            return Ok(Self::MergeInto(Box::new(MergeInto {
                source,
                path,
                certificate,
                connection,
                scope: given,
                allow_empty_data,
            })));
        }
        if is_raw {
            return Ok(Self::Raw(Raw {
                files: flags.paths("from-file"),
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
            rules: Rules {
                connection,
                scope,
                name,
                namespace: None,
                allow_empty_data,
            },
            format: format(flags, &target(flags))?,
            target: target(flags),
        }))
    }
}

/// Where manifests come from. A file must open even where nothing is read from it.
fn source(flags: &Flags, is_raw: bool) -> Result<Source, Error> {
    match flags.path("secret-file") {
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
    Target::new(flags.path("sealed-secret-file"), Mode::Private)
}

/// The input itself where nothing else is named.
fn in_place(flags: &Flags) -> Target {
    let path = flags.path("sealed-secret-file").or_else(|| flags.path("secret-file"));
    Target::new(path, Mode::Private)
}

/// That of the flag; but a file called `.yaml` or `.yml` is YAML, whatever the flag says.
fn format(flags: &Flags, target: &Target) -> Result<Format, Error> {
    if target.format() == Some(Format::Yaml) {
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
    if let Some(cert) = flags.path("cert") {
        return Ok(certificate::Source::new(cert.as_os_str()));
    }
    Ok(certificate::Source::Cluster(Box::new(service(flags)?)))
}

fn service(flags: &Flags) -> Result<Service, Error> {
    Ok(Service {
        connection: Connection {
            timeout: timeout(flags)?,
            ..connection(flags)
        },
        namespace: flags
            .given("controller-namespace")
            .unwrap_or(DEFAULT_SERVICE.1)
            .to_owned(),
        name: flags.given("controller-name").unwrap_or(DEFAULT_SERVICE.0).to_owned(),
    })
}

/// Without its timeout, which nothing but a request needs.
fn connection(flags: &Flags) -> Connection {
    Connection {
        kubeconfig: flags.path("kubeconfig"),
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
    if !flags.paths("recovery-private-key").is_empty() && stderr().is_terminal() {
        say("warning: ignoring --recovery-private-key because unseal command not chosen with --recovery-unseal");
    }
}

/// With the `v` of a build from the module, for which upstream's own suite asks; its release builds print none.
const VERSION: &str = "kubeseal version: v0.40.0\n";
