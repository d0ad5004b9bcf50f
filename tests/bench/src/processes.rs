//! Whole processes: `signet kubeseal` and the real one with the same arguments.

use std::{error::Error, ffi::OsStr, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use signet_document::{Node, write_json};
use signet_plaintext::Plaintext;
use signet_seal::seal_value;
use signet_sealing_keys::{KeySize, SealingKey, key_secret};

use crate::process::Run;
use signet_bench::report::{self, Samples};

/// The arguments and the input of a run, and how often it is run.
struct Case<'a> {
    name: &'a str,
    arguments: Vec<&'a OsStr>,
    input: String,
    rounds: usize,
    /// Ratios of time and of peak memory.
    goals: [f64; 2],
}

/// Runs every case with both programs, ours first.
pub(crate) fn compare(programs: [&Path; 2], folder: &Path, newest: &SealingKey) -> Result<(), Box<dyn Error>> {
    let certificate = folder.join("certificate.pem");
    let backup = folder.join("backup.yaml");
    let middle = write_backup(&backup, newest)?;
    let seal = [
        "--cert".as_ref(),
        certificate.as_os_str(),
        "-o".as_ref(),
        "yaml".as_ref(),
    ];
    let recover = [
        "--recovery-unseal".as_ref(),
        "--recovery-private-key".as_ref(),
        backup.as_os_str(),
    ];
    for case in [
        case("--version", &["--version".as_ref()], String::new(), 60, [0.3, 0.5]),
        case("seal one Secret", &seal, secrets(1), 60, [0.35, 0.5]),
        case("seal 500 Secrets", &seal, secrets(500), 10, [0.3, 0.5]),
        case(
            "recover, newest of 36 keys",
            &recover,
            sealed(newest, 1)?,
            20,
            [0.1, 0.5],
        ),
        case(
            "recover, middle of 36 keys",
            &recover,
            sealed(&middle, 1)?,
            10,
            [1.0, 0.5],
        ),
        case(
            "recover 100 items, 36 keys",
            &recover,
            sealed(&middle, 100)?,
            1,
            [0.1, 0.5],
        ),
    ] {
        run(programs, &case)?;
    }
    Ok(())
}

fn case<'a>(name: &'a str, arguments: &[&'a OsStr], input: String, rounds: usize, goals: [f64; 2]) -> Case<'a> {
    Case {
        name,
        arguments: arguments.to_vec(),
        input,
        rounds,
        goals,
    }
}

fn run([ours, theirs]: [&Path; 2], case: &Case<'_>) -> Result<(), Box<dyn Error>> {
    let mut times = [Samples::default(), Samples::default()];
    let mut peaks = [Samples::default(), Samples::default()];
    let called = [&["kubeseal".as_ref()][..], &case.arguments].concat();
    for _ in 0..case.rounds {
        for (index, (program, arguments)) in [(ours, &called), (theirs, &case.arguments)].into_iter().enumerate() {
            let run = Run::of(program, arguments, &case.input)?;
            times[index].push(run.elapsed.as_secs_f64());
            peaks[index].push(run.peak_bytes);
        }
    }
    report::times(case.name, &times[0], &times[1], case.goals[0]);
    report::memory("  peak memory", &peaks[0], &peaks[1], case.goals[1]);
    Ok(())
}

/// Writes a backup of three years of monthly keys, in no order, as `kubectl get` lists them; the 18th of age, where
/// upstream's, which tries them in no order, is on the average, too.
fn write_backup(path: &Path, newest: &SealingKey) -> Result<SealingKey, Box<dyn Error>> {
    let generate = |month: i64| {
        let made = Timestamp::now() - SignedDuration::from_hours(30 * 24 * month);
        SealingKey::generate(KeySize::Rsa4096, SignedDuration::from_hours(10 * 365 * 24), "", made)
    };
    let older = (1..36).map(generate).collect::<Result<Vec<_>, _>>()?;
    let (left, right) = older.split_at(18);
    let mut text = String::new();
    for key in left.iter().chain([newest]).chain(right) {
        text += "---\n";
        let mut secret = key_secret::encode(key, "kube-system", "sealed-secrets-key");
        secret.metadata.name = secret.metadata.generate_name.take();
        text += &write_json(&secret.to_node());
    }
    fs::write(path, text)?;
    older.into_iter().nth(17).ok_or_else(|| "no key".into())
}

fn secrets(count: usize) -> String {
    let secret = |number| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: app-{number}, namespace: team}}\n\
             stringData: {{username: admin, password: s3cr3t}}\n"
        )
    };
    (0..count).map(secret).collect()
}

/// A SealedSecret of cluster-wide items.
fn sealed(key: &SealingKey, items: usize) -> Result<String, Box<dyn Error>> {
    let value = Plaintext::from(b"s3cr3t".to_vec());
    let mut data = Vec::new();
    for number in 0..items {
        data.push((
            format!("item-{number}"),
            Node::string(seal_value(&value, key.certificate(), b"")?),
        ));
    }
    let annotation = ("sealedsecrets.bitnami.com/cluster-wide", Node::string("true"));
    let object = Node::mapping([
        ("apiVersion", Node::string("bitnami.com/v1alpha1")),
        ("kind", Node::string("SealedSecret")),
        (
            "metadata",
            Node::mapping([
                ("name", Node::string("app")),
                ("annotations", Node::mapping([annotation])),
            ]),
        ),
        ("spec", Node::mapping([("encryptedData", Node::mapping(data))])),
    ]);
    Ok(write_json(&object).to_string())
}
