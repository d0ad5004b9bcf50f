//! A repository of 1,000 files with 2,000 items: `signet reseal` beside the bare cost of its private-key operations, and `signet verify`.

use std::{error::Error, ffi::OsStr, fs, num::NonZero, path::Path, thread, time::Instant};

use jiff::{SignedDuration, Timestamp};
use signet_document::{Node, write_yaml};
use signet_plaintext::Plaintext;
use signet_seal::{open_value, seal_value};
use signet_sealing_keys::{KeySize, PrivateKey, SealingKey};

use crate::process::Run;
use signet_bench::report::{self, Samples};

/// Reseals the repository from `old`, whose private key is in `private-key.pem` of `folder`, to a new key, and verifies it.
pub(crate) fn measure(signet: &Path, folder: &Path, old: &SealingKey) -> Result<(), Box<dyn Error>> {
    let new = SealingKey::generate(KeySize::Rsa4096, SignedDuration::from_hours(24), "", Timestamp::now())?;
    let (certificate, key) = (folder.join("new.pem"), folder.join("private-key.pem"));
    fs::write(&certificate, new.certificate().to_pem())?;
    let repository = Repository::new(old)?;
    let path = folder.join("repository");
    let with_certificate = |verb: &'static str| [verb.as_ref(), "--cert".as_ref(), certificate.as_os_str()];
    let reseal = [
        &with_certificate("reseal")[..],
        &["--key".as_ref(), key.as_os_str(), path.as_os_str()],
    ]
    .concat();
    let verify = [&with_certificate("verify")[..], &[path.as_os_str()]].concat();

    let (mut bare, mut resealing, mut verifying) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        repository.write(&path)?;
        bare.push(repository.open(old.private_key())?);
        resealing.push(time(signet, &reseal)?);
        verifying.push(time(signet, &verify)?);
    }
    report::heading("bare");
    report::times("reseal 2,000 items", &resealing, &bare, 2.0);
    report::heading("limit");
    let mut limit = Samples::default();
    limit.push(1.0);
    report::times("verify 1,000 files", &verifying, &limit, 1.0);
    Ok(())
}

/// What a repository holds: the text of each file, and all ciphertexts with their labels.
struct Repository {
    files: Vec<String>,
    items: Vec<(String, String)>,
}

impl Repository {
    fn new(key: &SealingKey) -> Result<Self, Box<dyn Error>> {
        let value = Plaintext::from(b"s3cr3t".to_vec());
        let (mut files, mut items) = (Vec::new(), Vec::new());
        for number in 0..FILES {
            let name = format!("app-{number}");
            let mut data = Vec::new();
            for item in ["username", "password"] {
                let label = format!("team/{name}");
                let sealed = seal_value(&value, key.certificate(), label.as_bytes())?;
                data.push((item, Node::string(sealed.as_str())));
                items.push((label, sealed));
            }
            let metadata = || {
                Node::mapping([
                    ("name", Node::string(name.as_str())),
                    ("namespace", Node::string("team")),
                ])
            };
            let template = Node::mapping([("metadata", metadata())]);
            let object = Node::mapping([
                ("apiVersion", Node::string("bitnami.com/v1alpha1")),
                ("kind", Node::string("SealedSecret")),
                ("metadata", metadata()),
                (
                    "spec",
                    Node::mapping([("encryptedData", Node::mapping(data)), ("template", template)]),
                ),
            ]);
            files.push(format!("# of the team\n{}", *write_yaml(&object)));
        }
        Ok(Self { files, items })
    }

    fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(path)?;
        for (number, text) in self.files.iter().enumerate() {
            fs::write(path.join(format!("app-{number}.yaml")), text)?;
        }
        Ok(())
    }

    /// The seconds that opening every item takes on all cores, each with the right key at once.
    fn open(&self, key: &PrivateKey) -> Result<f64, Box<dyn Error>> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let start = Instant::now();
        let all_open = thread::scope(|scope| {
            let shares = self.items.chunks(self.items.len().div_ceil(cores));
            let threads: Vec<_> = shares.map(|share| scope.spawn(move || all_open(share, key))).collect();
            threads.into_iter().all(|thread| thread.join().unwrap_or(false))
        });
        let elapsed = start.elapsed().as_secs_f64();
        if all_open {
            Ok(elapsed)
        } else {
            Err("an item does not open".into())
        }
    }
}

fn all_open(items: &[(String, String)], key: &PrivateKey) -> bool {
    items
        .iter()
        .all(|(label, item)| open_value(item, &[key], label.as_bytes()).is_ok())
}

fn time(signet: &Path, arguments: &[&OsStr]) -> Result<f64, Box<dyn Error>> {
    Ok(Run::of(signet, arguments, "")?.elapsed.as_secs_f64())
}

const FILES: usize = 1000;
const ROUNDS: usize = 5;
