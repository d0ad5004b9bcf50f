use jiff::{Timestamp, Unit};
use serde_json::json;
use signet_sealing_keys::Certificate;

use crate::{
    io::{certificate, output::Target},
    report::Error,
};

/// `signet cert`: the certificate to seal with, fetched and shown.
pub(crate) struct Cert {
    pub(crate) source: certificate::Source,
    pub(crate) view: View,
    pub(crate) target: Target,
}

/// How to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Json,
    Pem,
    Text,
}

impl Cert {
    /// Shows it; an expired one too.
    ///
    /// # Errors
    /// Why there is no certificate, or why the result cannot be written.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let certificate = self.source.load()?;
        let now = Timestamp::now();
        let text = match self.view {
            View::Json => json_text(&certificate, now),
            View::Pem => certificate.to_pem(),
            View::Text => text(&certificate, now),
        };
        Ok(self.target.write(text.as_bytes())?)
    }
}

fn text(certificate: &Certificate, now: Timestamp) -> String {
    let ends = match days(now, certificate.not_after()) {
        _ if certificate.is_expired(now) => "expired".to_owned(),
        days => format!("in {days} days"),
    };
    let mut text = format!(
        "fingerprint  {}\nkey          RSA, {} bits\nvalid from   {} ({} days ago)\nvalid until  {} ({ends})\n",
        certificate.fingerprint(),
        certificate.key_bits(),
        certificate.not_before(),
        days(certificate.not_before(), now),
        certificate.not_after(),
    );
    if !certificate.subject().is_empty() {
        text.push_str(&format!("subject      {}\n", certificate.subject()));
    }
    text
}

fn json_text(certificate: &Certificate, now: Timestamp) -> String {
    let object = json!({
        "fingerprint": certificate.fingerprint().as_str(),
        "keyBits": certificate.key_bits(),
        "notBefore": certificate.not_before().to_string(),
        "notAfter": certificate.not_after().to_string(),
        "ageDays": days(certificate.not_before(), now),
        "expired": certificate.is_expired(now),
        "subject": certificate.subject(),
    });
    format!("{object:#}\n")
}

/// Whole days from one time to another.
fn days(from: Timestamp, to: Timestamp) -> i64 {
    // Any two timestamps are near enough for hours.
    to.since((Unit::Hour, from))
        .map_or(0, |span| i64::from(span.get_hours()) / 24)
}
