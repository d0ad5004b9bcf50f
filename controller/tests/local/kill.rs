//! `kill -9` at any moment of a create, an update, a removal or a key renewal leaves nothing wrong.

use std::{collections::BTreeMap, thread, time::Duration};

use crate::desk::{Desk, lines, secret, unfinished};

/// What is sealed, by name: the number that both of its values show.
type Expected = BTreeMap<String, u64>;

#[test]
fn fifty_kills_leave_whole_secrets_and_all_keys() {
    let desk = Desk::new();
    let mut random = Random(SEED);
    let mut expected = Expected::new();
    let mut history: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut keys = 0;
    desk.certificate();
    for round in 0..ROUNDS {
        let format = ["files", "manifest"][usize::from(round >= ROUNDS / 2)];
        // Every start finds the newest key too old, so that a renewal is always on its way.
        let controller = desk.spawn(&["--format", format, "--key-renew-period", "1ms"]);
        for _ in 0..3 {
            change(&desk, &mut random, round, &mut expected, &mut history);
        }
        // The moment counts from the change, not from the start: it may hit anything between reading the manifests and the last rename.
        thread::sleep(Duration::from_micros(random.below(250_000)));
        controller.kill();

        for (name, values) in secrets(&desk, format) {
            let [a, b] = values;
            assert_eq!(a, b, "round {round}: {name} is half old and half new");
            assert!(
                history[&name].contains(&a),
                "round {round}: {name} has a value that was never sealed"
            );
        }
        assert!(desk.keys().len() >= keys, "round {round}: a key is gone");
        keys = desk.keys().len();

        let output = desk.once(&["--format", format]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "round {round}: {:?}",
            lines(&output.stdout)
        );
        let found: Expected = secrets(&desk, format)
            .into_iter()
            .map(|(name, [a, _])| (name, a))
            .collect();
        assert_eq!(found, expected, "round {round}");
        let left = [desk.files("secrets"), desk.files("keys")].concat();
        assert!(unfinished(&left).is_empty(), "round {round}: {left:?}");
    }
    assert!(keys > 1, "no renewal was ever hit");
}

/// Seals a new Secret or another value of an old one, or removes one.
fn change(
    desk: &Desk,
    random: &mut Random,
    round: u64,
    expected: &mut Expected,
    history: &mut BTreeMap<String, Vec<u64>>,
) {
    let name = format!("s{}", random.below(4));
    let file = format!("{name}.yaml");
    if random.below(4) == 0 && expected.remove(&name).is_some() {
        return desk.remove(&format!("manifests/{file}"));
    }
    let value = round * 1000 + random.below(1000);
    let text = value.to_string();
    desk.seal(&file, &secret("team", &name, &[("a", &text), ("b", &text)]));
    expected.insert(name.clone(), value);
    history.entry(name).or_default().push(value);
}

/// The Secrets that a reader sees, with both of their values.
fn secrets(desk: &Desk, format: &str) -> BTreeMap<String, [u64; 2]> {
    let files = desk.files("secrets/team");
    let visible = files.iter().filter(|path| !path.starts_with(".signet-"));
    let value = |path: String| desk.shown(&path).parse::<u64>().unwrap_or(u64::MAX);
    match format {
        "files" => visible
            .filter_map(|path| path.strip_suffix("/.signet.json"))
            .map(|name| {
                (
                    name.to_owned(),
                    ["a", "b"].map(|key| value(format!("secrets/team/{name}/{key}"))),
                )
            })
            .collect(),
        _ => visible
            .filter_map(|path| path.strip_suffix(".yaml"))
            .map(|name| {
                (
                    name.to_owned(),
                    in_manifest(&desk.shown(&format!("secrets/team/{name}.yaml"))),
                )
            })
            .collect(),
    }
}

fn in_manifest(text: &str) -> [u64; 2] {
    ["  a: ", "  b: "].map(|key| {
        let encoded = text.lines().find_map(|line| line.strip_prefix(key)).expect("a value");
        let bytes = signet_api::base64::decode(encoded).expect("base64");
        String::from_utf8_lossy(&bytes).parse().expect("a number")
    })
}

/// Splitmix64: the same moments in every run, as far as a machine allows.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

const ROUNDS: u64 = 50;
const SEED: u64 = 20_260_101;
