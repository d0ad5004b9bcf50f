//! Random Secrets.

use std::collections::BTreeMap;

use signet_api::{ObjectMeta, Reading, Secret, base64};
use signet_document::{Limits, read};

/// A Secret and its manifest.
pub(crate) struct Sample {
    pub(crate) manifest: String,
    name: String,
    namespace: String,
    type_: Option<&'static str>,
    immutable: bool,
    labels: BTreeMap<String, String>,
    scope: Option<&'static str>,
    items: BTreeMap<String, Vec<u8>>,
}

/// `count` Secrets, the same ones in every run.
pub(crate) fn random(count: usize, seed: u64) -> Vec<Sample> {
    let mut random = Random(seed);
    (0..count).map(|number| Sample::random(number, &mut random)).collect()
}

impl Sample {
    /// That a recovered manifest is this Secret, nothing less or more.
    pub(crate) fn must_be(&self, recovered: &[u8]) {
        let document = read(recovered, &Limits::default()).next().unwrap().unwrap();
        let secret = Secret::from_document(&document, Reading::AsKubeseal).unwrap();
        assert_eq!(
            (secret.name(), secret.namespace()),
            (self.name.as_str(), self.namespace.as_str())
        );
        assert_eq!(secret.type_.as_deref(), self.type_);
        assert_eq!(secret.immutable, self.immutable.then_some(true));
        assert_eq!(secret.metadata.labels.unwrap_or_default(), self.labels);
        let annotations = secret.metadata.annotations.unwrap_or_default();
        let scope = self
            .scope
            .map(|scope| (format!("sealedsecrets.bitnami.com/{scope}"), "true".to_owned()));
        assert_eq!(annotations, scope.into_iter().collect());
        let items = secret
            .data
            .iter()
            .map(|(key, value)| (key.clone(), value.expose().to_vec()));
        assert_eq!(items.collect::<BTreeMap<_, _>>(), self.items, "{}", self.manifest);
        assert_eq!(secret.metadata.finalizers, ObjectMeta::default().finalizers);
    }

    fn random(number: usize, random: &mut Random) -> Self {
        let types = [None, Some("Opaque"), Some("kubernetes.io/tls"), Some("example.com/any")];
        let mut sample = Self {
            manifest: String::new(),
            name: format!("secret-{number}"),
            namespace: ["team", "other", "kube-system"][random.below(3)].to_owned(),
            type_: types[random.below(4)],
            immutable: random.below(4) == 0,
            labels: (0..random.below(3))
                .map(|label| (format!("label-{label}"), random.label()))
                .collect(),
            scope: [None, Some("namespace-wide"), Some("cluster-wide")][random.below(3)],
            items: BTreeMap::new(),
        };
        for _ in 0..random.below(6) {
            let key = format!("{}{}", ["a", "B.", "_c", "d-"][random.below(4)], random.below(100));
            sample.items.insert(key, random.value());
        }
        sample.manifest = sample.write(random);
        sample
    }

    /// Values that are text stand as text every other time.
    fn write(&self, random: &mut Random) -> String {
        let mut text = format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\n  namespace: {}\n",
            self.name, self.namespace
        );
        if let Some(scope) = self.scope {
            text += &format!("  annotations: {{sealedsecrets.bitnami.com/{scope}: 'true'}}\n");
        }
        if !self.labels.is_empty() {
            text += "  labels:\n";
            for (key, value) in &self.labels {
                text += &format!("    {key}: {}\n", quoted(value));
            }
        }
        if let Some(type_) = self.type_ {
            text += &format!("type: {type_}\n");
        }
        if self.immutable {
            text += "immutable: true\n";
        }
        let (mut data, mut string_data) = (String::new(), String::new());
        for (key, value) in &self.items {
            match std::str::from_utf8(value) {
                Ok(value) if random.below(2) == 0 => string_data += &format!("  {key}: {}\n", quoted(value)),
                _ => data += &format!("  {key}: {}\n", quoted(&base64::encode(value))),
            }
        }
        for (name, items) in [("data", data), ("stringData", string_data)] {
            if !items.is_empty() {
                text += &format!("{name}:\n{items}");
            }
        }
        text
    }
}

/// Double quotes of YAML.
fn quoted(text: &str) -> String {
    let characters = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        ' '..='~' => character.to_string(),
        other => format!("\\U{:08X}", u32::from(other)),
    });
    format!("\"{}\"", characters.collect::<String>())
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn text(&mut self) -> String {
        const CHARACTERS: [char; 16] = [
            'a', 'Z', '0', '-', ' ', '"', '\\', '\'', '\n', '\t', ':', '#', 'é', '😀', '\u{7f}', '{',
        ];
        (0..self.below(40)).map(|_| CHARACTERS[self.below(16)]).collect()
    }

    /// Without U+007F, at which the real one stops when it writes YAML.
    fn label(&mut self) -> String {
        self.text().replace('\u{7f}', "")
    }

    fn value(&mut self) -> Vec<u8> {
        match self.below(4) {
            0 => Vec::new(),
            1 => (0..self.below(3000))
                .map(|_| u8::try_from(self.below(256)).unwrap())
                .collect(),
            _ => self.text().into_bytes(),
        }
    }
}
