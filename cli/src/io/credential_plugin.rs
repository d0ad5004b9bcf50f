//! The credential plugin of a kubeconfig's user (`client.authentication.k8s.io`), run once.
//!
//! The client library would run it once for each place that asks who the user is, which is a login each; and it would hand it our standard
//! input, in which a Secret may wait.

use std::{
    io::{IsTerminal, stdin},
    process::{Command, Stdio},
};

use kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use secrecy::SecretString;
use serde_json::json;
use signet_api::base64;
use signet_document::{Limits, Mapping, Node, Value, read};
use zeroize::Zeroizing;

/// Puts in place of the user's plugin what it answers. What the user has beside it comes first (client-go `UpdateTransportConfig`).
///
/// # Errors
/// [`PluginError`].
pub(crate) fn log_in(user: &mut AuthInfo) -> Result<(), PluginError> {
    let Some(plugin) = user.exec.take() else {
        return Ok(());
    };
    let has_certificate = user.client_certificate.is_some() || user.client_certificate_data.is_some();
    if has_certificate || user.token.is_some() || user.token_file.is_some() || user.username.is_some() {
        return Ok(());
    }
    let answer = Answer::parse(&run(&plugin)?)?;
    user.token = answer.token.map(|token| SecretString::from(token.to_string()));
    if let Some((certificate, key)) = answer.certificate {
        user.client_certificate_data = Some(base64::encode(certificate.as_bytes()));
        user.client_key_data = Some(SecretString::from(base64::encode(key.as_bytes())));
    }
    Ok(())
}

/// A plugin that says not who the user is. Its answer is never quoted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PluginError {
    #[error("getting credentials: exec plugin cannot support interactive mode: standard input is not a terminal")]
    Interactive,
    #[error("getting credentials: exec plugin's answer is no ExecCredential")]
    Malformed,
    #[error("getting credentials: exec: executable {command} not found{}", hint(.install_hint))]
    NotFound {
        command: String,
        install_hint: Option<String>,
    },
    #[error("getting credentials: exec plugin didn't return a status field")]
    NoStatus,
    #[error("getting credentials: exec plugin didn't return a token or cert/key pair")]
    Nothing,
    #[error("getting credentials: exec plugin returned only certificate or key, not both")]
    Pair,
    #[error("getting credentials: exec: executable {command} failed with {status}")]
    Status { command: String, status: String },
}

/// Who the user is.
struct Answer {
    token: Option<Zeroizing<String>>,
    certificate: Option<(Zeroizing<String>, Zeroizing<String>)>,
}

impl Answer {
    /// From an ExecCredential, JSON or YAML.
    fn parse(text: &[u8]) -> Result<Self, PluginError> {
        let document = read(text, &Limits::default()).next();
        let document = document.and_then(Result::ok).ok_or(PluginError::Malformed)?;
        let root = mapping(&document.root).ok_or(PluginError::Malformed)?;
        let status = root.get("status").and_then(mapping).ok_or(PluginError::NoStatus)?;
        let text = |name| {
            let text = status.get(name).and_then(Node::as_text);
            text.filter(|text| !text.is_empty())
        };
        let certificate = match (text("clientCertificateData"), text("clientKeyData")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err(PluginError::Pair),
        };
        let token = text("token");
        if token.is_none() && certificate.is_none() {
            return Err(PluginError::Nothing);
        }
        Ok(Self { token, certificate })
    }
}

fn run(plugin: &ExecConfig) -> Result<Zeroizing<Vec<u8>>, PluginError> {
    let name = plugin.command.clone().unwrap_or_default();
    let interactive = match plugin.interactive_mode {
        Some(ExecInteractiveMode::Never) => false,
        Some(ExecInteractiveMode::Always) if !stdin().is_terminal() => return Err(PluginError::Interactive),
        _ => stdin().is_terminal(),
    };
    let mut command = Command::new(&name);
    command
        .args(plugin.args.iter().flatten())
        .env("KUBERNETES_EXEC_INFO", request(plugin, interactive))
        .stdin(if interactive { Stdio::inherit() } else { Stdio::null() })
        // What it says to a person.
        .stderr(Stdio::inherit());
    for variable in plugin.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    let output = command.output().map_err(|_| PluginError::NotFound {
        command: name.clone(),
        install_hint: plugin.install_hint.clone(),
    })?;
    if !output.status.success() {
        return Err(PluginError::Status {
            command: name,
            status: output.status.to_string(),
        });
    }
    Ok(Zeroizing::new(output.stdout))
}

fn request(plugin: &ExecConfig, interactive: bool) -> String {
    let mut spec = json!({"interactive": interactive});
    if plugin.provide_cluster_info {
        spec["cluster"] = json!(plugin.cluster);
    }
    json!({"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec}).to_string()
}

fn mapping(node: &Node) -> Option<&Mapping> {
    match &node.value {
        Value::Mapping(mapping) => Some(mapping),
        _ => None,
    }
}

fn hint(install_hint: &Option<String>) -> String {
    install_hint
        .as_ref()
        .map(|hint| format!("\n\n{hint}"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(status: &str) -> Result<Answer, String> {
        let text =
            format!(r#"{{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", {status}}}"#);
        Answer::parse(text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_token_or_a_pair_is_an_answer() {
        let answer = parse(r#""status": {"token": "t"}"#).ok();
        assert_eq!(
            answer.and_then(|answer| answer.token).as_deref().map(String::as_str),
            Some("t")
        );
        let pair = parse(r#""status": {"clientCertificateData": "c", "clientKeyData": "k"}"#).ok();
        assert!(pair.is_some_and(|answer| answer.certificate.is_some() && answer.token.is_none()));
        assert!(
            Answer::parse(b"status:\n  token: t\n").is_ok(),
            "YAML, as some plugins write"
        );
    }

    #[test]
    fn anything_else_is_none_and_is_not_quoted() {
        for (status, reason) in [
            (r#""spec": {"token": "canary"}"#, "didn't return a status field"),
            (r#""status": {"token": ""}"#, "didn't return a token or cert/key pair"),
            (
                r#""status": {"other": "canary"}"#,
                "didn't return a token or cert/key pair",
            ),
            (
                r#""status": {"token": "canary", "clientKeyData": "canary"}"#,
                "only certificate or key",
            ),
            (r#""status": canary"#, "didn't return a status field"),
        ] {
            let error = parse(status).err().unwrap_or_default();
            assert!(error.contains(reason) && !error.contains("canary"), "{status}: {error}");
        }
        for text in ["", "canary", "[]", "null"] {
            assert!(
                matches!(Answer::parse(text.as_bytes()), Err(PluginError::Malformed)),
                "{text}"
            );
        }
    }
}
