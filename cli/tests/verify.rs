//! `signet verify` finds each planted defect where it stands, and nothing in good files.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{collections::BTreeSet, fs, path::Path};

use jiff::SignedDuration;
use program::{Desk, fixture};
use serde_json::Value;
use signet_sealing_keys::{KeySize, SealingKey};

const SECRET: &str = "apiVersion: v1
kind: Secret
metadata:
  name: app
  namespace: team
  annotations:
    note: kept
type: Opaque
stringData:
  password: s3cr3t
  user: admin
";

fn seal(desk: &Desk, secret: &str) -> String {
    desk.succeed(&["seal", "--no-hint", "--cert", &fixture("certificate.pem")], secret)
}

/// The findings of a run as (rule, severity, line), and the exit code.
fn verify(desk: &Desk, arguments: &[&str], stdin: &str) -> (Vec<(String, String, u64)>, Option<i32>) {
    let arguments = [&["verify", "--output", "json"], arguments].concat();
    let run = desk.run(&arguments, stdin);
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().map(|finding| {
        (
            text(&finding["rule"]),
            text(&finding["severity"]),
            finding["line"].as_u64().unwrap(),
        )
    });
    (findings.collect(), run.code)
}

/// The number of the last line with `needle`.
fn line_of(text: &str, needle: &str) -> u64 {
    let at = text
        .lines()
        .collect::<Vec<_>>()
        .iter()
        .rposition(|line| line.contains(needle));
    at.unwrap_or_else(|| panic!("{needle} is not in {text}")) as u64 + 1
}

/// The value of an item in a sealed text.
fn item<'a>(sealed: &'a str, name: &str) -> &'a str {
    let line = sealed
        .lines()
        .find(|line| line.trim().starts_with(&format!("{name}: Ag")) || line.trim().starts_with(&format!("{name}: AQ")))
        .unwrap();
    line.split_once(": ").unwrap().1
}

#[test]
fn each_planted_defect_is_found_where_it_stands() {
    let desk = Desk::new();
    let good = seal(&desk, SECRET);
    let password = item(&good, "password").to_owned();
    let cluster_wide = "    sealedsecrets.bitnami.com/cluster-wide: \"true\"\n";
    let namespace_wide = "    sealedsecrets.bitnami.com/namespace-wide: \"true\"\n";
    let name = "metadata:\n  name: app\n  namespace: team\nspec";
    let annotated = |lines: &str| {
        good.replacen(
            name,
            &format!("metadata:\n  annotations:\n{lines}  name: app\n  namespace: team\nspec"),
            1,
        )
    };
    let other = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    // What is planted, the rule that finds it, and the line on which it does.
    let planted: Vec<(String, &str, &str)> = vec![
        (
            good.replacen(name, "metadata:\n  namespace: team\nspec", 1),
            "name-missing",
            "metadata:#1",
        ),
        (
            good.replacen("  name: app", "  name: App", 1),
            "name-invalid",
            "  name: App",
        ),
        (
            good.replacen(name, "metadata:\n  name: app\nspec", 1),
            "namespace-missing",
            "metadata:#1",
        ),
        (
            good.replacen("  namespace: team\nspec", "  namespace: team.a\nspec", 1),
            "namespace-invalid",
            "namespace: team.a",
        ),
        (
            good.replacen("  name: app", "  name: 12", 1),
            "malformed-manifest",
            "name: 12",
        ),
        (
            good.replacen("  namespace: team\nspec", "  namespace: other\nspec", 1),
            "renamed",
            "namespace: team",
        ),
        (
            annotated("    sealedsecrets.bitnami.com/cluster-wide: \"True\"\n"),
            "scope-ineffective",
            "cluster-wide",
        ),
        (
            annotated("    sealedsecrets.bitnami.com/clusterwide: \"true\"\n"),
            "scope-ineffective",
            "clusterwide",
        ),
        (
            annotated(&format!("{cluster_wide}{namespace_wide}")),
            "scope-conflict",
            "namespace-wide",
        ),
        (annotated(cluster_wide), "scope-forbidden", "cluster-wide"),
        (
            good.replace(
                "      annotations:\n",
                &format!("      annotations:\n    {cluster_wide}"),
            ),
            "scope-ineffective",
            "note: kept",
        ),
        (
            good.replace(&password, &password[1..]),
            "ciphertext-not-base64",
            "password:",
        ),
        (
            good.replace(&password, &password[..300]),
            "ciphertext-malformed",
            "password:",
        ),
        (
            good.replace(&password, "c2VjcmV0LXRleHQ="),
            "ciphertext-malformed",
            "password:",
        ),
        (
            good.replace(&format!("    password: {password}"), "    password:"),
            "ciphertext-not-base64",
            "password:",
        ),
        (
            good.replace("    password: A", "    pass word: A"),
            "item-name-invalid",
            "pass word",
        ),
        (
            good.replace("    user: ", "    password: "),
            "duplicate-item",
            "password:",
        ),
        (
            good.replacen("spec:\n", "spec:\n  data: AgAA\n", 1),
            "both-data",
            "  data: AgAA",
        ),
        (
            good.replace("  encryptedData:", "  encryptedDate:"),
            "unknown-field",
            "encryptedDate",
        ),
        (
            good.replace("  encryptedData:", "\tencryptedData:"),
            "malformed-document",
            "encryptedData",
        ),
        (format!("{good}<<<<<<< HEAD\n"), "malformed-document", "<<<<<<<"),
        (
            annotated(&format!("    signet.dev/sealing-key: {other}\n")),
            "other-key",
            "sealing-key",
        ),
        (
            annotated("    signet.dev/sealing-key: abc\n"),
            "key-hint-malformed",
            "sealing-key",
        ),
        (
            good.replace(
                "        note: kept",
                "        kubectl.kubernetes.io/last-applied-configuration: '{}'",
            ),
            "plaintext-annotation",
            "last-applied",
        ),
        (SECRET.to_owned(), "plaintext-secret", "password:"),
        (format!("{good}---\n{SECRET}"), "plaintext-secret", "password: s3cr3t"),
        (
            SECRET.replace("  name: app", "  name: {{ .Values.name }}"),
            "templated",
            "{{",
        ),
        (good.replace(&password, "'{{ .Values.sealed }}'"), "templated", "{{"),
        (
            good.replace("bitnami.com/v1alpha1", "bitnami.com/v1"),
            "malformed-manifest",
            "bitnami.com/v1",
        ),
        (
            good.replacen("kind: SealedSecret", "kind: SealedSecret\nkind: SealedSecret", 1),
            "duplicate-key",
            "kind: SealedSecret",
        ),
    ];
    for (text, rule, needle) in &planted {
        let (found, _) = verify(
            &desk,
            &["--allow-scope", "strict", "--cert", &fixture("certificate.pem"), "-"],
            text,
        );
        let line = match needle.strip_suffix("#1") {
            Some(needle) => text.lines().position(|line| line == needle).unwrap() as u64 + 1,
            None => line_of(text, needle),
        };
        let is_found = found
            .iter()
            .any(|(id, _, at)| id == rule && (*at == line || *rule == "scope-ineffective" || *rule == "renamed"));
        assert!(is_found, "{rule} at {line} is not in {found:?}:\n{text}");
        assert!(!format!("{found:?}").contains("s3cr3t"));
    }
    assert!(planted.len() >= 20);
}

#[test]
fn certificates_tell_expired_foreign_and_older() {
    let desk = Desk::new();
    let sealed = seal(&desk, SECRET);
    let (found, code) = verify(&desk, &["--cert", &fixture("expired.pem"), "-"], &sealed);
    assert_eq!((found[0].0.as_str(), code), ("certificate-expired", Some(1)));
    let hint = "    signet.dev/sealing-key: SHA256:Nw4yHBPYim398wnavHyK9wAuKxZO7iKij+mIS0Hy6FY\n";
    let hinted = sealed.replacen("metadata:\n", &format!("metadata:\n  annotations:\n{hint}"), 1);
    for (name, from) in [
        ("older.pem", "2020-01-01T00:00:00Z"),
        ("newer.pem", "2026-11-23T00:00:00Z"),
    ] {
        let validity = SignedDuration::from_hours(24 * 36_500);
        let key = SealingKey::generate(KeySize::Rsa2048, validity, "", from.parse().unwrap()).unwrap();
        desk.write(name, key.certificate().to_pem());
    }
    desk.write("own.pem", fs::read(fixture("certificate.pem")).unwrap());
    for (certificates, expected) in [
        (vec!["own.pem"], None),
        (vec!["own.pem", "older.pem"], None),
        (vec!["own.pem", "newer.pem"], Some("older-key")),
        (vec!["newer.pem", "older.pem", "own.pem"], Some("older-key")),
        (vec!["newer.pem"], Some("other-key")),
        (vec!["older.pem"], Some("other-key")),
    ] {
        for keys in [&[][..], &["--key", &fixture("key.pem")]] {
            let mut arguments: Vec<&str> = certificates.iter().flat_map(|path| ["--cert", path]).collect();
            arguments.extend(keys.iter().copied().chain(["-"]));
            let (found, code) = verify(&desk, &arguments, &hinted);
            let rules: BTreeSet<_> = found.iter().map(|(rule, ..)| rule.as_str()).collect();
            assert_eq!(rules, expected.into_iter().collect(), "{certificates:?}");
            assert_eq!(code, Some(0), "a warning fails nothing");
            arguments.insert(0, "--strict");
            assert_eq!(
                verify(&desk, &arguments, &hinted).1,
                Some(i32::from(expected.is_some()))
            );
        }
    }
}

#[test]
fn keys_tell_what_opens() {
    let desk = Desk::new();
    let sealed = seal(&desk, SECRET);
    assert_eq!(
        verify(&desk, &["--key", &fixture("key.pem"), "-"], &sealed),
        (Vec::new(), Some(0))
    );
    let copied = sealed.replace("name: app", "name: copy");
    for (key, text) in [("other-key.pem", &sealed), ("key.pem", &copied)] {
        let (found, code) = verify(&desk, &["--key", &fixture(key), "-"], text);
        assert_eq!((found.len(), code), (2, Some(1)), "{found:?}");
        assert!(found.iter().all(|(rule, ..)| rule == "does-not-open"));
    }
}

#[test]
fn what_is_no_manifest_of_ours_is_passed_over() {
    let desk = Desk::new();
    for text in [
        "",
        "# nothing\n",
        "a: [\n",
        "{{- if .Values.enabled }}\nkind: ConfigMap\n{{- end }}\n",
        "kind: ConfigMap\ndata:\n  note: a Secret is not here\n",
        "{\"name\": \"Secret\", \"kinds\": [\"Secret\"]}",
        "kind: Secret\napiVersion: v1\nmetadata: {name: empty}\n",
        "kind: Secret\napiVersion: v1\nmetadata: {name: empty}\ndata: {}\nstringData: {a: \"\"}\n",
        "kind: Secret\napiVersion: v1\nmetadata: {name: a}\ndata:\n  a: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\nsops:\n  mac: ENC[x]\n",
        "apiVersion: external.io/v1\nkind: Secret\nspec:\n  data: {a: b}\n",
        "[1, 2, \"Secret\"]\n",
        "just text about kinds: Secret\n",
        "kind: {a: Secret}\n",
        "%YAML 9.9\n---\nSecret\n",
        "\u{0}\u{0}Secret\u{0}",
    ] {
        assert_eq!(verify(&desk, &["-"], text), (Vec::new(), Some(0)), "{text}");
    }
}

#[test]
fn a_kind_cannot_hide() {
    let desk = Desk::new();
    let secret = |kind: &str| format!("apiVersion: v1\nkind: {kind}\ndata: {{a: YQ==}}\n");
    for text in [
        secret("\"\\x53ecret\""),
        secret("!!binary U2VjcmV0"),
        secret("&kind Secret"),
        "{\"apiVersion\": \"v1\", \"kind\": \"\\u0053ecret\", \"data\": {\"a\": \"YQ==\"}}".to_owned(),
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  data: {a: YQ==}\n".to_owned(),
        "apiVersion: v1\nkind: SecretList\nitems:\n- kind: Secret\n  stringData: {a: b}\n".to_owned(),
        "base: &base {kind: Secret, data: {a: YQ==}}\n---\n<<: {kind: Secret}\ndata: {a: YQ==}\n".to_owned(),
        "kind: ConfigMap\n---\nkind: Secret\ndata:\n  a: {b\n".to_owned(),
        format!("\u{feff}{}", secret("Secret")),
        secret("Secret").replace('\n', "\r\n"),
    ] {
        assert_eq!(verify(&desk, &["-"], &text).1, Some(1), "{text}");
    }
}

#[test]
fn a_thousand_good_files_raise_no_alarm() {
    let desk = Desk::new();
    let secrets: String = (0..1000)
        .map(|number| {
            let scope = match number % 3 {
                0 => "{}",
                1 => "{sealedsecrets.bitnami.com/namespace-wide: \"true\"}",
                _ => "{sealedsecrets.bitnami.com/cluster-wide: \"true\"}",
            };
            let secret = SECRET.replace("name: app", &format!("name: app-{number}"));
            format!("---\n{}", secret.replace("\n    note: kept", &format!(" {scope}")))
        })
        .collect();
    let sealed = seal(&desk, &secrets);
    fs::create_dir_all(desk.path("tree/.git")).unwrap();
    let documents: Vec<&str> = sealed.split("---\n").collect();
    assert_eq!(documents.len(), 1000);
    for (number, document) in documents.iter().enumerate() {
        let folder = format!("tree/{}/{}", number % 7, number % 13);
        fs::create_dir_all(desk.path(&folder)).unwrap();
        desk.write(
            &format!("{folder}/{number}.{}", ["yaml", "yml", "json"][number % 3]),
            document,
        );
    }
    // None of these is looked at.
    desk.write("tree/.git/a.yaml", SECRET);
    desk.write("tree/.hidden.yaml", SECRET);
    desk.write("tree/notes.txt", SECRET);
    std::os::unix::fs::symlink("..", desk.path("tree/0/loop")).unwrap();

    let run = desk.run(&["verify", "--cert", &fixture("certificate.pem"), "tree"], "");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        run.stderr,
        "1000 files, 1000 SealedSecrets, 2000 items: 0 errors, 0 warnings\n"
    );

    desk.write("tree/6/plain.yaml", SECRET);
    let run = desk.run(&["verify", "--output", "text", "tree"], "");
    assert_eq!(run.code, Some(1));
    assert!(
        run.stdout.starts_with(
            "tree/6/plain.yaml:10:3: error: a Secret with its values, such as \"password\" [plaintext-secret]\n"
        ),
        "{}",
        run.stdout
    );
    // A file that is named is looked at, whatever it is called.
    assert_eq!(desk.run(&["verify", "tree/notes.txt"], "").code, Some(1));
}

#[test]
fn every_style_tells_the_same() {
    let desk = Desk::new();
    desk.write(
        "a <&>.yaml",
        format!("{}---\n{SECRET}", seal(&desk, SECRET).replace("name: app", "name: App")),
    );
    desk.write("good.yaml", seal(&desk, SECRET));
    let run = |style| desk.run(&["verify", "--output", style, "a <&>.yaml", "good.yaml"], "");
    let json: Value = serde_json::from_str(&run("json").stdout).unwrap();
    let sarif: Value = serde_json::from_str(&run("sarif").stdout).unwrap();
    let junit = run("junit").stdout;
    let rules = |findings: &Value, name: &str| -> Vec<String> {
        let findings = findings.as_array().unwrap().iter();
        findings
            .map(|finding| finding[name].as_str().unwrap().to_owned())
            .collect()
    };
    let found = rules(&json["findings"], "rule");
    assert!(found.contains(&"name-invalid".to_owned()) && found.contains(&"plaintext-secret".to_owned()));
    assert_eq!(rules(&sarif["runs"][0]["results"], "ruleId"), found);
    assert_eq!(json["errors"], json["findings"].as_array().unwrap().len());
    let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "a%20%3C%26%3E.yaml");
    let index = sarif["runs"][0]["results"][0]["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(
        sarif["runs"][0]["tool"]["driver"]["rules"][index]["id"],
        found[0].as_str()
    );
    assert!(junit.contains("tests=\"2\" failures=\"1\""), "{junit}");
    assert!(junit.contains("name=\"a &lt;&amp;&gt;.yaml\""), "{junit}");
    for rule in found.iter().collect::<BTreeSet<_>>() {
        assert!(junit.contains(&format!("[{rule}]")) && run("text").stdout.contains(&format!("[{rule}]")));
    }
    for style in ["json", "sarif", "junit", "text"] {
        let run = run(style);
        assert_eq!(run.code, Some(1));
        assert!(!run.stdout.contains("s3cr3t") && !run.stderr.contains("s3cr3t"));
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let desk = Desk::new();
    for (arguments, code, said) in [
        (vec!["verify"], 2, "required"),
        (vec!["verify", "--ignore", "nope", "-"], 2, "no rule of that name"),
        (vec!["verify", "--allow-scope", "nope", "-"], 2, "must be one of"),
        (vec!["verify", "--output", "nope", "-"], 2, "possible values"),
        (
            vec!["verify", "--cert", "missing.pem", "-"],
            3,
            "cannot open missing.pem",
        ),
        (
            vec!["verify", "--key", "missing.pem", "-"],
            3,
            "cannot open missing.pem",
        ),
    ] {
        let run = desk.run(&arguments, "");
        assert_eq!(
            (run.code, run.stderr.contains(said)),
            (Some(code), true),
            "{arguments:?}: {}",
            run.stderr
        );
    }
    for paths in [&["missing.yaml"][..], &["-", "missing.yaml"]] {
        let run = desk.run(&[&["verify"], paths].concat(), "");
        assert_eq!((run.code, run.stdout.as_str()), (Some(3), ""));
        assert!(
            run.stderr
                .contains("error: cannot open missing.yaml: no such file or directory")
        );
    }
    std::os::unix::fs::symlink("nothing", desk.path("dangling.yaml")).unwrap();
    assert_eq!(
        verify(&desk, &["."], "").0,
        [("unreadable".to_owned(), "error".to_owned(), 1)]
    );
}

#[test]
fn a_value_with_braces_in_it_is_no_template() {
    let desk = Desk::new();
    for (value, rule) in [
        ("'{{ .Values.password }}'", "templated"),
        ("' {{ .Values.password | quote }} '", "templated"),
        ("'${PASSWORD}'", "templated"),
        ("aHVudGVyMg=={{}}", "plaintext-secret"),
        ("'{{ a }}s3cr3t{{ b }}'", "plaintext-secret"),
        ("'{{ a }} s3cr3t'", "plaintext-secret"),
        ("'${A}s3cr3t${B}'", "plaintext-secret"),
        (
            "|\n    password: s3cr3t\n    title: '{{ .CommonLabels }}'",
            "plaintext-secret",
        ),
    ] {
        let secret = SECRET.replace("  password: s3cr3t\n  user: admin", &format!("  password: {value}"));
        let (found, code) = verify(&desk, &["-"], &secret);
        let expected = (rule.to_owned(), i32::from(rule != "templated"));
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        assert_eq!((found[0].0.clone(), code.unwrap()), expected, "{value}");
    }
    let (found, _) = verify(
        &desk,
        &["-"],
        &SECRET.replace("  password: s3cr3t", "  password: '{{ x }}'"),
    );
    assert_eq!(found, [("plaintext-secret".to_owned(), "error".to_owned(), 11)]);
}

#[test]
fn what_cannot_be_read_hides_nothing() {
    let desk = Desk::new();
    let plain = |line: u64| ("plaintext-secret".to_owned(), "error".to_owned(), line);
    let templated = |line: u64| ("templated".to_owned(), "warning".to_owned(), line);
    let config = "kind: ConfigMap\ndata:\n  a: {{ .Values.a }}\n---\n";
    assert_eq!(
        verify(&desk, &["-"], &format!("{config}{SECRET}")),
        (vec![plain(14)], Some(1))
    );
    let twice = seal(&desk, SECRET).replacen("  name: app", "  name: app\n  name: app", 1);
    let run = desk.run(&["verify", "-"], format!("{config}{twice}"));
    let line = line_of(&twice, "  name: app\n".trim_end());
    assert!(line > 0 && run.stdout.contains("first at 8:"), "{}", run.stdout);

    let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Values.name }}\n";
    let values = "stringData:\n  # a: note\n  a: {{ .Values.a }}\n  {{- if .Values.b }}\n  b: s3cr3t\n  {{- end }}\n  \
                  c: \"{{ .Values.c }}\" # s3cr3t\n  d: s3cr3t # {{ x }}\n  e: |\n    {{ .Values.e }}\n  f: |-\n    \
                  s3cr3t\n    s3cr3t\n  g: s3cr3t{{}}\ntype: Opaque\n";
    let (found, code) = verify(&desk, &["-"], &format!("{head}{values}"));
    assert_eq!(found[0].0, "templated");
    assert_eq!(found[1..], [plain(9), plain(12), plain(15), plain(18)]);
    assert_eq!(code, Some(1));
    let json =
        "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": {{ .Values.a }},\n    \"b\": \"s3cr3t\"\n  }\n}\n";
    assert_eq!(verify(&desk, &["-"], json).0, [templated(4), plain(5)]);
    let run = desk.run(&["verify", "-"], format!("{head}{values}"));
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("s3cr3t"));

    let comment = "kind: SealedSecret\n# {{ x }}\nmetadata: [\n";
    assert_eq!(verify(&desk, &["-"], comment).0[0].0, "malformed-document");
    let only_templates = format!("{head}data:\n  a: {{{{ .Values.a }}}}\n");
    assert_eq!(verify(&desk, &["-"], &only_templates).1, Some(0));
}

#[test]
fn a_file_counts_once_and_links_to_files_are_followed() {
    let desk = Desk::new();
    desk.write("a.yaml", SECRET);
    desk.write("target.txt", SECRET);
    fs::create_dir(desk.path("tree")).unwrap();
    desk.write("tree/UPPER.YAML", SECRET);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, desk.path(name)).unwrap();
    link("../target.txt", "tree/link.yml");
    link("../target.txt", "tree/second.yml");
    link(".", "tree/loop.yaml");
    assert_eq!(verify(&desk, &["a.yaml", "./a.yaml"], "").0.len(), 1);
    assert_eq!(verify(&desk, &["tree"], "").0.len(), 2);
    assert_eq!(verify(&desk, &[".", "tree", "target.txt"], "").0.len(), 3);
}

#[test]
fn the_hook_of_the_repository_stops_a_commit() {
    let desk = Desk::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.pre-commit-hooks.yaml");
    let hooks = fs::read_to_string(path).unwrap();
    let entry = hooks
        .lines()
        .find_map(|line| line.trim().strip_prefix("entry: signet "))
        .unwrap();
    desk.write("plain.yaml", SECRET);
    desk.write("good.yaml", seal(&desk, SECRET));
    let run = |file| desk.run(&entry.split(' ').chain([file]).collect::<Vec<_>>(), "").code;
    assert_eq!((run("plain.yaml"), run("good.yaml")), (Some(1), Some(0)));
}
