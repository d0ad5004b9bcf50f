use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use crate::{documents::documents, variable};

/// `deploy/chart`, rendered with the values of a file.
#[derive(Debug)]
pub struct Chart {
    values: PathBuf,
}

impl Chart {
    /// With each file of `tests/chart/values`.
    pub fn all() -> Vec<Self> {
        let files = fs::read_dir(root().join("tests/chart/values")).unwrap();
        let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|values| Self { values }).collect()
    }

    /// With one of them.
    pub fn named(name: &str) -> Self {
        let values = root().join("tests/chart/values").join(name).with_extension("yaml");
        assert!(values.is_file(), "{}", values.display());
        Self { values }
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        self.values.file_stem().unwrap().to_str().unwrap()
    }

    /// The values of the file.
    pub fn values(&self) -> Value {
        documents(&fs::read(&self.values).unwrap()).pop().unwrap_or_default()
    }

    /// The values that the chart has of its own.
    pub fn defaults() -> Value {
        documents(&fs::read(chart().join("values.yaml")).unwrap())
            .pop()
            .unwrap()
    }

    /// Every object, the definition of SealedSecrets too, as Helm makes it for a release of Kubernetes.
    ///
    /// # Panics
    ///
    /// When Helm refuses.
    pub fn render(&self, kubernetes: &str) -> Vec<Value> {
        let output = self.template(kubernetes);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        documents(&output.stdout)
    }

    /// `helm template`.
    pub fn template(&self, kubernetes: &str) -> Output {
        self.template_with(kubernetes, &[])
    }

    /// `helm template` with more arguments.
    pub fn template_with(&self, kubernetes: &str, arguments: &[&str]) -> Output {
        let mut helm = self.helm("template");
        helm.args(arguments);
        helm.args([
            "--include-crds",
            "--namespace",
            "kube-system",
            "--kube-version",
            kubernetes,
        ]);
        helm.arg("signet").arg(chart()).output().unwrap()
    }

    /// `helm lint`.
    pub fn lint(&self) -> Output {
        self.helm("lint").arg("--strict").arg(chart()).output().unwrap()
    }

    fn helm(&self, command: &str) -> Command {
        let mut helm = Command::new(variable("SIGNET_PEER_HELM"));
        helm.env("HELM_NO_PLUGINS", "1");
        helm.arg(command).arg("--values").arg(&self.values);
        helm
    }
}

fn chart() -> PathBuf {
    root().join("deploy/chart")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
