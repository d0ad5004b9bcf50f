//! Renders random templates with Go's own code and with ours, and prints each that comes out differently.

mod catalogue;
mod expression;
mod generator;
mod oracle;
mod random;
mod word;

use std::{collections::BTreeMap, error::Error, process::ExitCode, str};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map as JsonMap, Value as Json, json};
use signet_gotemplate::{Environment, Limits, Map, Template, Text, Time};

use oracle::{Oracle, Outcome};
use random::Random;

fn main() -> ExitCode {
    match compare() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(differences) => {
            eprintln!("templates: {differences} differences");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("templates: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Number of differences.
fn compare() -> Result<usize, Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut oracle = Oracle::start(&options.oracle)?;
    let (mut differences, mut failed, mut compared) = (0, 0, 0_u64);
    let seeds: Vec<u64> = (0..options.cases).map(|case| options.seed << 32 | case).collect();
    for seeds in seeds.chunks(BATCH) {
        let templates: Vec<String> = seeds.iter().map(|&seed| template_of(seed)).collect();
        let requests: Vec<Json> = templates.iter().map(|template| request(template)).collect();
        let answers = oracle.answers(&requests)?;
        for ((template, theirs), seed) in templates.iter().zip(answers).zip(seeds) {
            let Some(ours) = render(template) else {
                continue;
            };
            compared += 1;
            failed += usize::from(matches!(theirs, Outcome::Error(_)));
            if let Some(complaint) = complaint(&ours, &theirs) {
                differences += 1;
                println!("seed {seed}: {template:?}\n{complaint}\n");
            }
        }
    }
    println!("templates: {compared} compared, {failed} of them errors, {differences} differences");
    Ok(differences)
}

fn template_of(seed: u64) -> String {
    let mut random = Random::new(seed.wrapping_mul(0x2545_F491_4F6C_DD1D));
    let template = generator::template(&mut random);
    if random.percent(10) {
        generator::mutated(&template, &mut random)
    } else {
        template
    }
}

/// What is different, if anything. Errors must agree in their place, not in their words.
fn complaint(ours: &Outcome, theirs: &Outcome) -> Option<String> {
    let show = |outcome: &Outcome| match outcome {
        Outcome::Error(error) => format!("error {error}"),
        Outcome::Output(bytes) => format!(
            "{:?}",
            str::from_utf8(bytes).map_or_else(|_| format!("{bytes:?}"), str::to_owned)
        ),
    };
    let agree = match (ours, theirs) {
        (Outcome::Error(ours), Outcome::Error(theirs)) => place(ours) == place(theirs),
        (ours, theirs) => ours == theirs,
    };
    (!agree).then(|| format!("  ours:   {}\n  theirs: {}", show(ours), show(theirs)))
}

/// Template, line and column in an error.
fn place(error: &str) -> &str {
    error.split(": ").nth(1).unwrap_or(error)
}

fn request(template: &str) -> Json {
    let (mut data, mut data_base64) = (JsonMap::new(), JsonMap::new());
    for (key, value) in word::DATA {
        match str::from_utf8(value) {
            Ok(text) => data.insert((*key).to_owned(), json!(text)),
            Err(_) => data_base64.insert((*key).to_owned(), json!(STANDARD.encode(value))),
        };
    }
    json!({ "template": template, "data": data, "data_base64": data_base64 })
}

/// Nothing, if it used what is not the same for Go: a text that is no time, taken for now.
fn render(template: &str) -> Option<Outcome> {
    let mut entries: BTreeMap<Text, Text> = word::DATA
        .iter()
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect();
    entries.insert("out".into(), template.into());
    let limits = Limits::default();
    let environment = Environment {
        now: Time::ZERO,
        random: &mut |buffer| buffer.fill(0),
        expired: &|| false,
    };
    let rendered = Template::parse("out", template, &limits)
        .and_then(|template| template.render(&Map::of_strings(entries).into(), &limits, environment));
    Some(match rendered {
        Ok(rendered) if !rendered.nondeterministic.is_empty() => return None,
        Ok(rendered) => Outcome::Output(rendered.output.expose().to_vec()),
        Err(error) => Outcome::Error(error.to_string()),
    })
}

struct Options {
    oracle: String,
    cases: u64,
    seed: u64,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut options = Self {
            oracle: arguments
                .next()
                .ok_or("usage: ORACLE [--cases COUNT] [--seed NUMBER]")?,
            cases: 60_000,
            seed: 1,
        };
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or("an option without its value")?.parse()?;
            match option.as_str() {
                "--cases" => options.cases = value,
                "--seed" => options.seed = value,
                _ => return Err(format!("no such option: {option}").into()),
            }
        }
        Ok(options)
    }
}

/// Templates that the oracle is asked for at once.
const BATCH: usize = 500;
