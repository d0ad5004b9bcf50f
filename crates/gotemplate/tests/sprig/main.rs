//! Sprig's functions one by one.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

#[path = "../common/mod.rs"]
mod common;

mod certificates;
mod chance;
mod limits;
mod names;
mod vectors;

use signet_gotemplate::{Error, Limits, Rendered};

/// The items that the templates of these tests see.
const ITEMS: [(&str, &[u8]); 4] = [
    ("a", b"alpha"),
    ("b", b"Bravo Charlie"),
    ("bin", b"a\xffb \xc3\xc3\xa9c"),
    ("uni", "Ünïcödé ✓ 日本語".as_bytes()),
];

fn render(template: &str) -> Result<Rendered, Error> {
    let items = ITEMS.iter().copied().chain([("out", template.as_bytes())]);
    common::render_within(template, &common::strings(items), &Limits::default())
}

fn rendered(template: &str) -> String {
    let rendered = render(template).unwrap_or_else(|error| panic!("{template}: {error}"));
    String::from_utf8(rendered.output.expose().to_vec()).expect("UTF-8")
}

fn refusal(template: &str) -> String {
    match render(template) {
        Ok(_) => panic!("{template} is no error"),
        Err(error) => error.to_string(),
    }
}
