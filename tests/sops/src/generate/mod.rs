//! Random documents. What `sops-quirks` knows real sops to do wrong is left out; each such place says which quirk it is.

mod dotenv;
mod ini;
mod json;
mod key;
mod refused;
mod text;
mod yaml;
mod yaml_flow;
mod yaml_scalar;

use crate::{Document, Entry, Format, Rule, random::Random};

/// The document of a number.
pub fn document(number: u64) -> Document {
    // Numbers that follow each other would give generators that do.
    let random = &mut Random::new(number.wrapping_mul(0x2545_F491_4F6C_DD1D));
    let rule = Rule::random(random);
    let format = match random.below(20) {
        0..=9 => Format::Yaml,
        10..=13 => Format::Json,
        14..=16 => Format::Ini,
        17 | 18 => Format::Dotenv,
        _ => Format::Binary,
    };
    let mut document = Document {
        format,
        rule,
        entries: entries(format, rule, random),
        is_refused: false,
        has_carriage_returns: format == Format::Yaml && random.percent(3),
    };
    if random.percent(5) {
        refused::spoil(&mut document, random);
    }
    document
}

fn entries(format: Format, rule: Rule, random: &mut Random) -> Vec<Entry> {
    match format {
        Format::Yaml => yaml::entries(rule, random),
        Format::Json => json::entries(rule, random),
        Format::Dotenv => dotenv::entries(rule, random),
        Format::Ini => ini::entries(rule, random),
        Format::Binary => binary(random),
    }
}

/// Bytes, of which some are no text.
fn binary(random: &mut Random) -> Vec<Entry> {
    let is_text = random.percent(50);
    let mut part = || -> Vec<u8> {
        let bytes = (0..random.below(80)).map(|_| random.below(256) as u8);
        if is_text {
            text::line(random).into_bytes()
        } else {
            bytes.collect()
        }
    };
    (0..4).map(|_| Entry::new(part(), 1)).collect()
}
