//! Renders templates: one JSON object a line in, one a line out.
//!
//! In: `template`, and `data` (strings by name) and `data_base64` (those that are not UTF-8). A template finds them as fields of
//! its dot, and itself as `out`. Out: `output`, or `output_base64` when it is not UTF-8, or `error`.

#![allow(
    clippy::disallowed_methods,
    reason = "the world that the crate leaves to its callers: clock, random numbers, standard streams"
)]

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, BufRead, Write},
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use signet_gotemplate::{Environment, Limits, Map, Template, Text, Time, Value, Zone};

#[derive(Deserialize)]
struct Request {
    template: String,
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default)]
    data_base64: BTreeMap<String, String>,
}

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let answer = match render(&line) {
            Ok(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => json!({ "output": text }),
                Err(_) => json!({ "output_base64": STANDARD.encode(&bytes) }),
            },
            Err(error) => json!({ "error": error.to_string() }),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

fn render(line: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let request: Request = serde_json::from_slice(line)?;
    let limits = Limits::default();
    let template = Template::parse("out", &request.template, &limits)?;

    let started = Instant::now();
    let expired = || started.elapsed() > TIME;
    let mut random = |buffer: &mut [u8]| {
        if aws_lc_rs::rand::fill(buffer).is_err() {
            std::process::abort();
        }
    };
    let environment = Environment {
        now: now()?,
        random: &mut random,
        expired: &expired,
    };
    let rendered = template.render(&data(request)?, &limits, environment)?;
    Ok(rendered.output.expose().to_vec())
}

/// What was decrypted wins over the text of the template, as upstream.
fn data(request: Request) -> Result<Value, Box<dyn Error>> {
    let mut entries = BTreeMap::from([(Text::from("out"), Text::from(request.template))]);
    for (key, value) in request.data {
        entries.insert(key.into(), value.into());
    }
    for (key, value) in request.data_base64 {
        entries.insert(key.into(), STANDARD.decode(value)?.into());
    }
    Ok(Map::of_strings(entries).into())
}

fn now() -> Result<Time, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Time {
        seconds: i64::try_from(since.as_secs())?,
        nanoseconds: since.subsec_nanos(),
        zone: Zone::Local,
    })
}

/// For one template.
const TIME: Duration = Duration::from_secs(10);
