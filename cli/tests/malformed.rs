//! A thousand malformed inputs, made from good ones: each gives an error that names the place, or a valid result. None gives a panic, a
//! changed file or a look at the plaintext.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::{fs, thread};

use program::{Desk, Run, fixture};

const CANARY: &str = "c4n4ry-pl41nt3xt";
const CANARY_BASE64: &str = "YzRuNHJ5LXBsNDFudDN4dA";
const RUNS: u64 = 1000;

const YAML: &str = r#"apiVersion: v1
kind: Secret
metadata:
  name: app
  namespace: team
  labels: &labels {tier: "1", app.kubernetes.io/name: app}
  annotations:
    <<: *labels
    note: |
      two
      lines
type: Opaque
immutable: false
stringData:
  password: "c4n4ry-pl41nt3xt"
  folded: >-
    c4n4ry-pl41nt3xt
    twice
---
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: team}
data:
  token: YzRuNHJ5LXBsNDFudDN4dA==
"#;

const JSON: &str = r#"{
  "apiVersion": "v1",
  "kind": "Secret",
  "metadata": {"name": "app", "namespace": "team", "labels": {"a": "b"}},
  "stringData": {"password": "c4n4ry-pl41nt3xt", "escaped": "\u0063\n\"4n4ry"}
}
{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web", "namespace": "team"}, "data": {"token": "YzRuNHJ5LXBsNDFudDN4dA=="}}
"#;

/// What breaks things: indicators, tags, numbers, other encodings.
const TOKENS: [&[u8]; 28] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"'",
    b": ",
    b"\n",
    b"- ",
    b"---\n",
    b"...\n",
    b"? ",
    b"&a ",
    b"*a ",
    b"*labels ",
    b"!!binary ",
    b"!!int ",
    b"<<: ",
    b"|\n",
    b">9\n",
    b"%YAML 9.9\n",
    b"\t",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"0x1F",
    b"null",
    b"{{ .a }}",
];

/// xorshift64*: the same thousand on every machine.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound.max(1)
    }
}

fn mutate(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = good.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(text.len());
        let end = (at + 1 + random.below(24)).min(text.len());
        match random.below(7) {
            0 => text[at] = random.below(256) as u8,
            1 => drop(text.drain(at..end)),
            2 => text.truncate(at.max(1)),
            3 => {
                let part = text[at..end].to_vec();
                text.splice(at..at, part);
            }
            4 => drop(text.splice(at..end, TOKENS[random.below(TOKENS.len())].iter().copied())),
            5 => swap_lines(&mut text, random),
            _ => drop(text.splice(at..at, TOKENS[random.below(TOKENS.len())].iter().copied())),
        }
        if text.is_empty() {
            text.push(b'\n');
        }
    }
    text
}

fn swap_lines(text: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<_> = text
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let (one, two) = (random.below(lines.len()), random.below(lines.len()));
    lines.swap(one, two);
    *text = lines.concat();
}

#[test]
fn a_thousand_malformed_inputs() {
    let sealed = Desk::new().succeed(&["seal", "--cert", &fixture("certificate.pem")], YAML);
    let certificate = fs::read(fixture("certificate.pem")).unwrap();
    let key = fs::read(fixture("key.pem")).unwrap();
    let good: [&[u8]; 5] = [YAML.as_bytes(), JSON.as_bytes(), sealed.as_bytes(), &certificate, &key];
    let workers = thread::available_parallelism().map_or(2, usize::from) as u64;
    let failed: usize = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    (0..RUNS)
                        .filter(|seed| seed % workers == worker)
                        .map(|seed| check(seed, good))
                        .sum::<usize>()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert!(failed > 600, "only {failed} of them were malformed");
}

/// Runs one, and says whether it failed.
fn check(seed: u64, good: [&[u8]; 5]) -> usize {
    let mut random = Random::new(seed + 1);
    let desk = Desk::new();
    desk.write("result", "old");
    let kind = [0, 0, 0, 1, 1, 2, 3, 4][(seed % 8) as usize];
    let text = mutate(good[kind], &mut random);
    desk.write("bad", &text);
    let (certificate, key) = (fixture("certificate.pem"), fixture("key.pem"));
    let seal = if seed % 16 < 8 { "seal" } else { "kubeseal" };
    let (arguments, stdin): (Vec<&str>, &[u8]) = match kind {
        0 | 1 => (vec![seal, "--cert", &certificate, "-w", "result"], &text),
        2 => (vec!["unseal", "--key", &key, "-w", "result"], &text),
        3 => (vec![seal, "--cert", "bad", "-w", "result"], good[0]),
        _ => (vec!["unseal", "--key", "bad", "-w", "result"], good[2]),
    };
    let run = desk.run(&arguments, stdin);
    for (arguments, is_shown) in [
        (&["verify", "bad"][..], false),
        (&["diff", "bad", "result"], false),
        // What is no Secret any more is shown as it is.
        (&["diff", "--textconv", "bad"], true),
    ] {
        judge_report(&desk.run(arguments, ""), &text, is_shown);
    }
    judge(
        &desk,
        &run,
        kind,
        seal,
        &format!("seed {seed}: {}", String::from_utf8_lossy(&text)),
    )
}

/// What only reports ends with what was found, and shows no value.
fn judge_report(run: &Run, text: &[u8], is_shown: bool) {
    let case = String::from_utf8_lossy(text);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(matches!(run.code, Some(0 | 1 | 3)), "{:?} {said}\n{case}", run.code);
    assert!(!said.contains("panicked"), "{said}\n{case}");
    for canary in [CANARY, CANARY_BASE64] {
        assert!(is_shown || !said.contains(canary), "{said}\n{case}");
    }
}

fn judge(desk: &Desk, run: &Run, kind: usize, seal: &str, case: &str) -> usize {
    assert_eq!(desk.names(), ["bad", "result"], "{case}");
    assert!(run.stdout.is_empty(), "{case}");
    assert!(!run.stderr.contains("panicked"), "{}\n{case}", run.stderr);
    for canary in [CANARY, CANARY_BASE64] {
        assert!(!run.stderr.contains(canary), "{}\n{case}", run.stderr);
    }
    match run.code {
        Some(0) => {
            assert!(run.stderr.is_empty(), "{}\n{case}", run.stderr);
            assert!(desk.read("result").contains("kind"), "{case}");
            return 0;
        }
        Some(1..=7) => {}
        code => panic!("ended with {code:?}: {}\n{case}", run.stderr),
    }
    assert_eq!(desk.read("result"), "old", "{case}");
    let is_error = |line: &&str| !line.starts_with("hint: ") && !is_excerpt(line);
    for error in run.stderr.lines().filter(is_error) {
        let error = error
            .strip_prefix("error: ")
            .unwrap_or_else(|| panic!("{error}\n{case}"));
        assert!(names_the_place(error, kind, seal), "{error}\n{case}");
    }
    1
}

/// The line at fault, or the margin above and below it.
fn is_excerpt(line: &str) -> bool {
    let margin = line.trim_start_matches(|character: char| character == ' ' || character.is_ascii_digit());
    margin.starts_with('|')
}

/// `stdin:3:7: …`; of a text without documents the name alone; and of the kubeseal name what kubeseal says of the object as a whole.
fn names_the_place(error: &str, kind: usize, seal: &str) -> bool {
    let is_kubeseals = seal == "kubeseal"
        && [
            "x509: malformed certificate",
            "secret.data is empty",
            "missing metadata.name",
            "secret must declare",
            "no secrets found",
            "data does not contain",
            "the certificate",
        ]
        .iter()
        .any(|text| error.starts_with(text));
    let file = if kind < 3 { "stdin" } else { "bad" };
    let Some(rest) = error.strip_prefix(file) else {
        return is_kubeseals;
    };
    let mut parts = rest.splitn(4, ':').skip(1);
    let is_number = |part: Option<&str>| part.is_some_and(|part| part.parse::<usize>().is_ok());
    kind >= 3 || rest.starts_with(": there is no ") || (is_number(parts.next()) && is_number(parts.next()))
}
