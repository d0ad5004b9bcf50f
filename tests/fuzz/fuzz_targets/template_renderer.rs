//! Any text is refused or renders, within its limits, and renders to the same again unless it says that it does not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_gotemplate::{Environment, Error, Limits, Map, Rendered, Template, Text, Time};

fuzz_target!(|text: &str| {
    // Keys take seconds to make, by design.
    if ["genCA", "genPrivateKey", "genSelfSigned", "genSigned", "bcrypt", "htpasswd", "derivePassword"]
        .iter()
        .any(|slow| text.contains(slow))
    {
        return;
    }
    let first = render(text);
    let location = "template: fuzz";
    match &first {
        Err(error) => assert!(error.to_string().starts_with(location), "{error}"),
        Ok(rendered) => assert!(rendered.output.len() <= LIMITS.output),
    }
    let again = render(text);
    match (first, again) {
        (Ok(first), Ok(again)) => {
            assert!(!first.nondeterministic.is_empty() || first.output.same(&again.output));
        }
        (Err(_), Err(_)) => {}
        _ => panic!("renders now and then"),
    }
});

fn render(text: &str) -> Result<Rendered, Error> {
    let entries = DATA.iter().map(|(key, value)| (Text::from(*key), Text::from(*value)));
    let environment = Environment {
        now: Time::ZERO,
        random: &mut |buffer| buffer.fill(7),
        expired: &|| false,
    };
    let template = Template::parse("fuzz", text, &LIMITS)?;
    template.render(&Map::of_strings(entries).into(), &LIMITS, environment)
}

const LIMITS: Limits = Limits {
    text: 1 << 16,
    output: 1 << 16,
    memory: 1 << 22,
    steps: 50_000,
    depth: 1_000,
};

const DATA: &[(&str, &[u8])] = &[
    ("a", b"alpha"),
    ("b", b"\xff\x00\xc3"),
    ("e", b""),
    ("j", br#"{"a":[1,2.5,null,{"b":"c"}]}"#),
    ("n", b"42"),
    ("t", b"2020-02-03T04:05:06Z"),
    ("v", b"v1.2.3-rc.1+b"),
];
