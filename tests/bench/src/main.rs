//! What happens at a desk.
//!
//! usage: signet-bench ORACLE KUBESEAL SOPS SIGNET

mod oracle;
mod process;
mod processes;
mod repository;
mod sops;

use std::{error::Error, path::Path, time::Instant};

use jiff::{SignedDuration, Timestamp};
use signet_plaintext::Plaintext;
use signet_seal::{open_value, seal_value};
use signet_sealing_keys::{KeySize, SealingKey};

use crate::oracle::Oracle;
use signet_bench::report::{self, Samples};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [oracle, kubeseal, sops, signet] = arguments.as_slice() else {
        return Err("usage: signet-bench ORACLE KUBESEAL SOPS SIGNET".into());
    };
    let folder = tempfile::tempdir()?;
    let key = SealingKey::generate(KeySize::Rsa4096, SignedDuration::from_hours(24), "", Timestamp::now())?;
    let certificate = folder.path().join("certificate.pem");
    let private_key = folder.path().join("private-key.pem");
    std::fs::write(&certificate, key.certificate().to_pem())?;
    std::fs::write(&private_key, key.private_key().to_pem().as_bytes())?;

    report::machine();
    report::heading("upstream");
    in_process(
        &key,
        &mut Oracle::start(Path::new(oracle), &certificate, &private_key, VALUE)?,
    )?;
    let programs = [Path::new(signet), Path::new(kubeseal)];
    processes::compare(programs, folder.path(), &key)?;
    repository::measure(Path::new(signet), folder.path(), &key)?;
    sops::compare(Path::new(signet), Path::new(sops), folder.path())
}

/// One thread, one RSA-4096 key, a value of [`VALUE`] bytes.
fn in_process(key: &SealingKey, oracle: &mut Oracle) -> Result<(), Box<dyn Error>> {
    let value = Plaintext::from(vec![0; VALUE]);
    let label = b"bench/oracle";
    let sealed = seal_value(&value, key.certificate(), label)?;
    let candidates = [key.private_key()];
    let unseal = || open_value(&sealed, &candidates, label).map(drop).map_err(Into::into);
    let seal = || {
        seal_value(&value, key.certificate(), label)
            .map(drop)
            .map_err(Into::into)
    };
    compare("unseal one value", 20, &unseal, oracle, 0.4)?;
    compare("seal one value", 200, &seal, oracle, 1.0)
}

fn compare(
    name: &str,
    batch: u32,
    ours: &dyn Fn() -> Result<(), Box<dyn Error>>,
    oracle: &mut Oracle,
    goal: f64,
) -> Result<(), Box<dyn Error>> {
    let operation = name.split(' ').next().unwrap_or(name);
    let (mut our_times, mut their_times) = (Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..batch {
            ours()?;
        }
        our_times.push(start.elapsed().as_secs_f64() / f64::from(batch));
        their_times.push(oracle.time(operation, batch)?.as_secs_f64() / f64::from(batch));
    }
    report::times(name, &our_times, &their_times, goal);
    Ok(())
}

const ROUNDS: usize = 15;
const VALUE: usize = 64;
