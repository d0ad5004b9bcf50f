use signet_api::base64;
use signet_kubeseal_tests::{Case, fixture};

pub(crate) fn cases() -> Vec<Case> {
    [keys(), objects()].concat()
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

fn key_secret(name: &str, pem: &str) -> String {
    let key = base64::encode(&fixture(pem));
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\ntype: kubernetes.io/tls\ndata:\n  tls.key: {key}\n"
    )
}

fn keys() -> Vec<Case> {
    let open =
        |name: &str, keys: &str| Case::new(name, &format!("--recovery-unseal {keys}")).stdin(fixture("sealed.yaml"));
    let with = |name: &str, file: &str| open(name, "--recovery-private-key it").file("it", file);
    let (key, other) = (key_secret("a", "key.pem"), key_secret("b", "other-key.pem"));
    let indent = |text: &str| format!("- {}", text.trim_end().replace('\n', "\n  "));
    let list = |kind: &str| {
        format!(
            "apiVersion: v1\nkind: {kind}\nitems:\n{}\n{}\n",
            indent(&other),
            indent(&key)
        )
    };
    vec![
        open("recovery", "--recovery-private-key key.pem"),
        open("recovery-without-key", ""),
        open("recovery-other-key", "--recovery-private-key other-key.pem"),
        open("recovery-several-keys", "--recovery-private-key other-key.pem,key.pem"),
        open(
            "recovery-keys-repeated",
            "--recovery-private-key other-key.pem --recovery-private-key key.pem",
        ),
        open("recovery-key-missing", "--recovery-private-key missing.pem"),
        open("recovery-key-folder", "--recovery-private-key ."),
        open("recovery-key-is-certificate", "--recovery-private-key cert.pem"),
        with("recovery-key-empty", ""),
        with("recovery-key-garbage", "garbage"),
        with("recovery-key-secret", &key),
        with("recovery-key-secrets", &format!("{other}---\n{key}")),
        with(
            "recovery-key-damaged-beside-it",
            &format!("{}---\n{key}", other.replace("tls.key: LS0t", "tls.key: YWJj")),
        ),
        with("recovery-key-list", &list("List")),
        with(
            "recovery-key-list-without-kind",
            &list("List").replace("apiVersion: v1\nkind: List\n", ""),
        ),
        with("recovery-key-secret-list", &list("SecretList")),
        with("recovery-key-empty-list", "apiVersion: v1\nkind: List\nitems: []\n"),
        with(
            "recovery-key-not-in-secret",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: YQ==}\n",
        ),
        with(
            "recovery-key-two-in-pem",
            &format!("{}{}", text("other-key.pem"), text("key.pem")),
        ),
        with(
            "recovery-key-behind-certificate",
            &format!("{}{}", text("certificate.pem"), text("key.pem")),
        ),
        open("recovery-to-yaml", "--recovery-private-key key.pem -o yaml"),
        open("recovery-format-unknown", "--recovery-private-key key.pem -o xml"),
        open("recovery-to-file", "--recovery-private-key key.pem -w out.yaml"),
        open(
            "recovery-without-kubeconfig",
            "--recovery-private-key key.pem --kubeconfig missing",
        ),
        open(
            "recovery-before-all",
            "--recovery-private-key key.pem --validate --re-encrypt --fetch-cert --raw",
        ),
    ]
}

fn objects() -> Vec<Case> {
    let sealed = text("sealed.yaml");
    let open = |name: &str, text: &str| Case::new(name, "--recovery-unseal --recovery-private-key key.pem").stdin(text);
    let plain = |items: &str| sealed.replace("  template:\n", &format!("  template:\n    data: {{{items}}}\n"));
    let ciphertext = sealed
        .lines()
        .find(|line| line.contains("password:"))
        .unwrap()
        .to_owned();
    vec![
        open("recovery-renamed", &sealed.replacen("name: app", "name: web", 1)),
        open(
            "recovery-template-renamed",
            &sealed.replace("      name: app", "      name: web"),
        ),
        open(
            "recovery-two-items",
            &sealed.replace(
                &ciphertext,
                &format!("{ciphertext}\n{}", ciphertext.replace("password", "again")),
            ),
        ),
        open("recovery-not-base64", &sealed.replace(&ciphertext, "    password: '%'")),
        open("recovery-short", &sealed.replace(&ciphertext, "    password: AQ==")),
        open("recovery-null-item", &sealed.replace(&ciphertext, "    password: null")),
        open("recovery-number-item", &sealed.replace(&ciphertext, "    password: 1")),
        open(
            "recovery-some-items-fail",
            &sealed.replace(
                &ciphertext,
                &format!("{ciphertext}\n    a: '%'\n    b: AQ==\n    c: AQ=="),
            ),
        ),
        open(
            "recovery-template-of-object",
            &sealed.replace(
                "  template:\n",
                "  template:\n    type: kubernetes.io/tls\n    immutable: true\n",
            ),
        ),
        open(
            "recovery-plain-items",
            &plain("url: 'postgres://{{ .password | upper }}@db'"),
        ),
        open(
            "recovery-plain-item-null",
            &plain("password: null, other: '{{ .password }}'"),
        ),
        open("recovery-plain-item-fails", &plain("url: '{{ fail \"no\" }}'")),
        open("recovery-plain-item-malformed", &plain("url: '{{ .password '")),
        open(
            "recovery-skips-owner",
            &sealed.replace(
                "      name: app\n",
                "      name: app\n      annotations: {sealedsecrets.bitnami.com/skip-set-owner-references: 'true'}\n",
            ),
        ),
        open(
            "recovery-old-data",
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\nspec: {data: AQ==}\n",
        ),
        open(
            "recovery-no-items",
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\nspec: {encryptedData: {}}\n",
        ),
        open("recovery-of-nothing", ""),
        open("recovery-of-secret", crate::SECRET),
        open("recovery-of-other-version", &sealed.replace("v1alpha1", "v1beta1")),
        open(
            "recovery-without-kind",
            &sealed.replace("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n", ""),
        ),
        open("recovery-malformed", "a: b: c\n"),
        open("recovery-two-documents", &format!("{sealed}---\n{sealed}")),
    ]
}
