use signet_kubeseal_tests::Case;

use crate::{SECRET, seal};

pub(crate) fn cases() -> Vec<Case> {
    let faulty = "metadata: {name: app, namespace: team}\n";
    vec![
        seal("write", "-w out.json"),
        seal("write-long", "--sealed-secret-file=out.json"),
        seal("write-yaml", "-w out.yaml"),
        seal("write-yml", "-w out.yml"),
        seal("write-yaml-whatever-the-flag", "-w out.yaml -o json"),
        seal("write-json-as-yaml", "-w out.json -o yaml"),
        seal("write-upper", "-w out.YAML"),
        seal("write-no-extension", "-w out"),
        seal("write-over", "-w out.json").file("out.json", "old"),
        seal("write-over-input", "-f in.yaml -w in.yaml").file("in.yaml", SECRET),
        seal("write-several", "-w out.yaml").stdin(format!("{SECRET}---\n{SECRET}")),
        seal("write-to-missing-folder", "-w missing/out.json"),
        seal("write-to-folder", "-w .kube").file(".kube/config", ""),
        seal("write-fails", "-w out.json").stdin(faulty),
        seal("write-over-fails", "-w out.json")
            .file("out.json", "old")
            .stdin(faulty),
        seal("write-cert-missing", "-w out.json --cert missing.pem"),
        seal("write-format-unknown", "-w out.json -o xml"),
        seal("write-format-unknown-yaml", "-w out.yaml -o xml"),
    ]
}
