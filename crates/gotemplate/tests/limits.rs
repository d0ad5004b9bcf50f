//! Templates that would take too much, and what stops them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

mod common;

use std::cell::Cell;

use signet_gotemplate::{Environment, Error, Limit, Limits, Template, Time, Value};

fn small() -> Limits {
    Limits {
        text: 4 << 20,
        output: 10_000,
        memory: 1_000_000,
        steps: 100_000,
        depth: 1_000,
    }
}

/// The bound that the template meets.
fn met(template: &str) -> Limit {
    let data = common::strings([("a", &b"alpha"[..])]);
    match common::render_within(template, &data, &small()) {
        Err(Error::Limit { limit, .. }) => limit,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("nothing stops {template:.60}"),
    }
}

#[test]
fn output_ends() {
    assert_eq!(met("{{ range 5000 }}0123456789{{ end }}"), Limit::Output);
    assert_eq!(met("{{ repeat 20000 .a }}"), Limit::Output);
}

#[test]
fn loops_end() {
    assert_eq!(met("{{ range 9223372036854775807 }}{{ end }}"), Limit::Steps);
    assert_eq!(
        met("{{ range 1000 }}{{ range 1000 }}{{ $x := 1 }}{{ end }}{{ end }}"),
        Limit::Steps
    );
    assert_eq!(
        met("{{ $x := list }}{{ range 1000000 }}{{ $x = list $x }}{{ end }}"),
        Limit::Steps
    );
}

#[test]
fn recursion_ends() {
    assert_eq!(
        met("{{ define \"t\" }}{{ template \"t\" . }}{{ end }}{{ template \"t\" }}"),
        Limit::Depth
    );
    // However deep each level nests by itself.
    let nested = format!(
        "{}{{{{ template \"t\" . }}}}{}",
        "{{ if $ }}".repeat(500),
        "{{ end }}".repeat(500)
    );
    let template = format!("{{{{ define \"t\" }}}}{nested}{{{{ end }}}}{{{{ template \"t\" 1 }}}}");
    assert_eq!(met(&template), Limit::Steps);
}

#[test]
fn memory_ends() {
    let doubling = "{{ $x := .a }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}";
    assert_eq!(met(doubling), Limit::Memory);
    for function in [
        "repeat 1000000000 .a",
        "until 1000000000",
        "untilStep 0 1000000000 1",
        "seq 1000000000",
        "indent 1000000000 .a",
        "nindent 1000000000 .a",
        "printf \"%1000000d%1000000d\" 1 1",
        "wrapWith 1 (repeat 10000 .a) (repeat 20 .a)",
        "randAlphaNum 1000000000",
        "randBytes 1000000000",
        "replace \"\" (repeat 1000 .a) (repeat 1000 .a)",
        "join (repeat 1000 .a) (until 1000)",
    ] {
        assert_eq!(met(&format!("{{{{ $x := {function} }}}}")), Limit::Memory, "{function}");
    }
}

/// Fifty lists that each hold the one before twice.
#[test]
fn shared_values_end() {
    let lists = "{{ $x := list }}{{ $y := list }}{{ range 50 }}{{ $x = list $x $x }}{{ $y = list $y $y }}{{ end }}";
    for use_of_them in [
        "{{ $x }}",
        "{{ toJson $x }}",
        "{{ $y := deepCopy $x }}",
        "{{ deepEqual $x $y }}",
        "{{ $y := printf \"%d\" $x }}",
    ] {
        let limit = met(&format!("{lists}{use_of_them}"));
        assert!(
            matches!(limit, Limit::Memory | Limit::Steps | Limit::Output),
            "{use_of_them}: {limit}"
        );
    }
}

#[test]
fn values_that_hold_themselves_end() {
    let cycle = "{{ $d := dict }}{{ $x := set $d \"d\" $d }}";
    for use_of_it in [
        "{{ $d }}",
        "{{ toJson $d }}",
        "{{ $y := deepCopy $d }}",
        "{{ $y := printf \"%d\" $d }}",
        "{{ $y := merge (dict) $d }}",
    ] {
        let data = common::strings([]);
        let rendered = common::render_within(&format!("{cycle}{use_of_it}"), &data, &small());
        // Merging copies nothing that it need not walk.
        assert!(rendered.is_err() || use_of_it.contains("merge"), "{use_of_it}");
    }
}

#[test]
fn nesting_is_no_depth_of_calls() {
    let data = common::strings([("a", &b"alpha"[..])]);
    let limits = Limits {
        steps: 10_000_000,
        memory: 256 << 20,
        ..small()
    };
    let many = 20_000;
    let nested = "{{ if .a }}".repeat(many) + "x" + &"{{ end }}".repeat(many);
    let chained = format!("{{{{ if not .a }}}}{}x{{{{ end }}}}", "{{ else if .a }}".repeat(many));
    for template in [nested, chained] {
        let rendered = common::render_within(&template, &data, &limits).expect("text");
        assert!(matches!(rendered.output.expose(), b"x" | b""));
    }
    // A value as deep, which is dropped at the end.
    let deep = "{{ $x := list }}{{ range 50000 }}{{ $x = list $x }}{{ end }}x";
    let rendered = common::render_within(deep, &data, &limits).expect("text");
    assert_eq!(rendered.output.expose(), b"x");
    let printed = common::render_within(&format!("{deep}{{{{ $x }}}}"), &data, &limits);
    assert!(matches!(
        printed,
        Err(Error::Limit {
            limit: Limit::Depth,
            ..
        })
    ));
}

#[test]
fn parentheses_end() {
    for (open, close) in [("(", ")"), ("(print ", ")"), ("(and . ", ")"), ("($x := ", ")")] {
        let template = |depth| format!("{{{{ {}1{} }}}}", open.repeat(depth), close.repeat(depth));
        let data = common::strings([]);
        assert!(common::render_within(&template(100), &data, &small()).is_ok(), "{open}");
        let refused = common::render_within(&template(100_000), &data, &small())
            .err()
            .expect("refused");
        assert_eq!(refused.to_string(), "template: out:1: max expression depth exceeded");
    }
}

#[test]
fn text_ends() {
    let limits = Limits { text: 10, ..small() };
    assert!(Template::parse("out", "0123456789", &limits).is_ok());
    let refused = Template::parse("out", "0123456789a", &limits).err().expect("refused");
    assert_eq!(refused.to_string(), "template: out: the template is too long");
    assert!(refused.hint().is_some());
}

#[test]
fn the_deadline_is_asked_for() {
    let asked = Cell::new(0);
    let expired = || {
        asked.set(asked.get() + 1);
        asked.get() > 3
    };
    let environment = Environment {
        now: Time::ZERO,
        random: &mut |buffer| buffer.fill(0),
        expired: &expired,
    };
    let limits = Limits::default();
    let template = Template::parse("out", "{{ range 1000000 }}{{ end }}", &limits).expect("a template");
    let stopped = template
        .render(&Value::Missing, &limits, environment)
        .err()
        .expect("stopped");
    assert_eq!(stopped.to_string(), "template: out:1:9: the template takes too long");
    assert_eq!(asked.get(), 4);
}
