use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use signet_kubeseal_tests::Case;

pub(crate) fn cases() -> Vec<Case> {
    let raw = |name: &str, arguments: &str| {
        let case = Case::new(name, &format!("--raw --cert cert.pem {arguments}"));
        case.stdin("s3cr3t\n").variable("KUBECONFIG", "config")
    };
    vec![
        raw("raw", "--name app -n team"),
        raw("raw-of-context", "--name app"),
        raw("raw-default-namespace", "--name app --context there"),
        raw("raw-namespace-wide", "--scope namespace-wide -n other"),
        raw("raw-cluster-wide", "--scope cluster-wide"),
        raw("raw-cluster-wide-named", "--scope cluster-wide --name app -n team"),
        raw("raw-name-missing", "-n team"),
        raw("raw-no-context", "--name app --context nowhere"),
        raw("raw-without-kubeconfig", "--name app").variable("KUBECONFIG", "missing"),
        raw("raw-missing-kubeconfig", "--name app -n team --kubeconfig missing"),
        raw("raw-malformed-kubeconfig", "--name app --kubeconfig it").file("it", "{{{"),
        raw("raw-nothing", "--scope cluster-wide").stdin(""),
        raw("raw-binary", "--scope cluster-wide").stdin([0, 255, 10]),
        raw("raw-from-file", "--scope cluster-wide --from-file it").file("it", "text"),
        raw("raw-from-named-file", "--scope cluster-wide --from-file a=it").file("it", "text"),
        raw("raw-from-file-with-equals", "--scope cluster-wide --from-file a=b=c").file("b=c", "text"),
        raw("raw-from-file-missing", "--scope cluster-wide --from-file it"),
        raw("raw-from-two-files", "--scope cluster-wide --from-file it,that").file("it", "text"),
        raw(
            "raw-from-file-twice",
            "--scope cluster-wide --from-file it --from-file it",
        )
        .file("it", "text"),
        raw("raw-from-quoted-file", "--scope cluster-wide --from-file")
            .argument("\"a,b\"")
            .file("a,b", "text"),
        raw("raw-from-empty-name", "--scope cluster-wide --from-file="),
        raw("raw-from-stdin-by-name", "--scope cluster-wide --from-file /dev/stdin"),
        raw("raw-from-file-not-utf-8", "--scope cluster-wide --from-file")
            .argument(OsStr::from_bytes(b"it\xff"))
            .file(OsStr::from_bytes(b"it\xff"), "text"),
        raw("raw-secret-file-unread", "--scope cluster-wide -f sealed.yaml"),
        raw("raw-secret-file-missing", "--scope cluster-wide -f missing"),
        raw("raw-to-file", "--scope cluster-wide -w out"),
        raw("raw-ignores-format", "--scope cluster-wide -o xml"),
        raw("raw-cert-missing", "--scope cluster-wide --cert missing.pem"),
        raw("raw-cert-before-name", "--cert missing.pem"),
    ]
}
