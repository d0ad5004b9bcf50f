//! Nothing that a template asks for exhausts memory or time.

use signet_gotemplate::{Error, Limits};

use crate::{common, render, rendered};

#[test]
fn what_grows_without_bound_is_refused() {
    for template in [
        "{{ repeat 9223372036854775807 .a }}",
        "{{ repeat 1000000000 .a | len }}",
        "{{ indent 1000000000 .a }}",
        "{{ nindent 1000000000 .a }}",
        "{{ until 1000000000 }}",
        "{{ until -1000000000 }}",
        "{{ untilStep 0 9223372036854775807 9223372036854775806 }}",
        "{{ untilStep 0 -9223372036854775808 -1 }}",
        "{{ seq 1000000000 }}",
        "{{ randBytes 1000000000000 }}",
        "{{ randAlphaNum 9223372036854775807 }}",
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}",
        "{{ $s := .a }}{{ range until 60 }}{{ $s = cat $s $s }}{{ end }}",
        "{{ $s := .a }}{{ range until 60 }}{{ $s = replace \"a\" $s $s }}{{ end }}",
        "{{ $s := .a }}{{ range until 60 }}{{ $s = b64enc $s }}{{ end }}",
        "{{ $s := .a }}{{ range until 60 }}{{ $s = quote $s }}{{ end }}",
        "{{ $s := .a }}{{ range until 60 }}{{ $s = toJson (list $s $s) }}{{ end }}",
        "{{ $s := repeat 3000 .a }}{{ wrapWith 1 $s $s }}",
        "{{ $s := repeat 3000 .a }}{{ regexReplaceAll \"\" $s $s }}",
        "{{ $s := repeat 3000 .a }}{{ regexReplaceAllLiteral \".\" $s $s }}",
        "{{ $s := repeat 3000 .a }}{{ join $s (until 30000) }}",
        "{{ $l := until 100000 }}{{ uniq $l }}",
        "{{ $l := until 100000 }}{{ range $l }}{{ $_ := reverse $l }}{{ end }}",
    ] {
        assert!(matches!(render(template), Err(Error::Limit { .. })), "{template}");
    }
}

#[test]
fn what_takes_long_on_purpose_counts_as_such() {
    let limits = Limits {
        steps: 500_000,
        ..Limits::default()
    };
    for call in [
        "genPrivateKey \"rsa\"",
        "genCA \"x\" 1",
        "derivePassword 1 \"pin\" \"\" \"\" \"\"",
        "bcrypt \"x\"",
        "htpasswd \"x\" \"x\"",
    ] {
        let template = format!("{{{{ range until 50 }}}}{{{{ $_ := {call} }}}}{{{{ end }}}}");
        let rendered = common::render_within(&template, &common::strings([]), &limits);
        assert!(matches!(rendered, Err(Error::Limit { .. })), "{template}");
    }
}

#[test]
fn a_dictionary_that_holds_itself_ends() {
    let cyclic = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}";
    for rest in [
        "{{ $d }}",
        "{{ toJson $d }}",
        "{{ mustToPrettyJson $d }}",
        "{{ deepCopy $d }}",
        "{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ deepEqual $d $e }}",
        "{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ merge $d $e }}",
        "{{ cat $d }}",
        "{{ toString $d }}",
        "{{ join \",\" $d }}",
    ] {
        assert!(render(&format!("{cyclic}{rest}")).is_err(), "{rest}");
    }
    assert_eq!(
        rendered(&format!(
            "{cyclic}{{{{ len $d }}}} {{{{ hasKey $d.d.d.d \"d\" }}}} {{{{ deepEqual $d $d }}}}"
        )),
        "1 true true"
    );
}

#[test]
fn what_nests_too_deep_is_an_error() {
    let deep = |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let json = deep(open, close, 100_000);
        let limits = Limits::default();
        let items = common::strings([("json", json.as_bytes())]);
        assert!(common::render_within("{{ fromJson .json }}", &items, &limits).is_err());
    }
    let groups = deep("(", ")", 100_000);
    let items = common::strings([("groups", groups.as_bytes())]);
    assert!(common::render_within("{{ regexFind .groups \"x\" }}", &items, &Limits::default()).is_err());
    assert!(render("{{ $l := list }}{{ range until 5000 }}{{ $l = list $l }}{{ end }}{{ toJson $l }}").is_err());
    assert!(
        render("{{ $l := list }}{{ range until 5000 }}{{ $l = list $l }}{{ end }}{{ deepEqual $l (deepCopy $l) }}")
            .is_err()
    );
}

#[test]
fn long_constraints_are_refused() {
    for part in ["1", "1-", "1.", "1 - ", "||1", "1 - 2,"] {
        let constraint = part.repeat(50_000);
        let items = common::strings([("c", constraint.as_bytes())]);
        assert!(
            common::render_within("{{ semverCompare .c \"1.2.3\" }}", &items, &Limits::default()).is_err(),
            "{part}"
        );
    }
}

#[test]
fn expressions_that_explode_are_refused() {
    for expression in [
        "(a{1000}){1000}",
        "((((a{30}){30}){30}){30}){30}",
        "(?i)\\\\pL{1000}\\\\pL{1000}\\\\pL{1000}",
        "a{1001}",
    ] {
        assert!(
            render(&format!("{{{{ mustRegexMatch \"{expression}\" .a }}}}")).is_err(),
            "{expression}"
        );
    }
    for expression in ["(?i)[\\x{0}-\\x{10FFFF}]", "(?i)\\pL", "\\pL", "(?i)[\\P{Lu}é]"] {
        let repeated = expression.repeat(1000);
        let items = common::strings([("e", repeated.as_bytes())]);
        let limits = Limits {
            steps: 1_000_000,
            ..Limits::default()
        };
        assert!(
            common::render_within("{{ mustRegexMatch .e \"x\" }}", &items, &limits).is_err(),
            "{expression}"
        );
    }
    // Exponential for an engine that backtracks, linear for ours.
    assert_eq!(
        rendered("{{ regexMatch \"^(a*)*$\" (printf \"%s!\" (repeat 5000 \"a\")) }}"),
        "false"
    );
    assert_eq!(
        rendered("{{ regexMatch \"(a|aa)+$\" (printf \"%s!\" (repeat 5000 \"a\")) }}"),
        "false"
    );
}
