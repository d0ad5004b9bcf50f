//! What the differential suite rests on: that documents come again, and that there is something of everything.

use std::collections::BTreeSet;

use signet_sops_tests::{Document, Format, document};

/// As many as the differential suite takes.
fn documents() -> impl Iterator<Item = Document> {
    (1..=700).map(document)
}

#[test]
fn a_number_gives_the_same_document_each_time() {
    for (again, first) in documents().zip(documents()) {
        assert_eq!(again.text(), first.text());
        assert_eq!(again.rule, first.rule);
    }
}

#[test]
fn two_numbers_give_two_documents() {
    let texts: BTreeSet<Vec<u8>> = documents().map(|document| document.text()).collect();
    assert_eq!(texts.len(), 700);
}

#[test]
fn there_are_as_many_values_as_promised() {
    let values: usize = documents().map(|document| document.values()).sum();
    assert!(values >= 20_000, "{values}");
}

#[test]
fn there_is_every_format_with_every_rule() {
    let seen: BTreeSet<String> = documents()
        .map(|document| format!("{:?} {:?}", document.format, document.rule.selection))
        .collect();
    // Five formats, seven rules.
    assert_eq!(seen.len(), 35, "{seen:?}");
}

#[test]
fn every_format_but_bytes_has_refused_documents() {
    let refused = documents().filter(|document| document.is_refused);
    let seen: BTreeSet<&str> = refused.map(|document| document.format.extension()).collect();
    assert_eq!(seen, BTreeSet::from(["env", "ini", "json", "yaml"]));
}

#[test]
fn yaml_has_what_its_grammar_offers() {
    let yaml = documents().filter(|document| document.format == Format::Yaml);
    let text: String = yaml
        .map(|document| String::from_utf8_lossy(&document.text()).into_owned())
        .collect();
    for part in [
        "\n---\n", "<<: *", "<<: [*", ": &", " # ", "\n# ", "|-\n", ">+\n", "- - ", "{}", "[]", "!!binary", "\r\n",
        "😀", ": ~\n",
    ] {
        assert!(text.contains(part), "no {part:?}");
    }
}

/// These two end in a list that is not indented, of which it would be one more item.
#[test]
fn an_item_of_no_list_stands_behind_a_key_with_a_value() {
    for number in [302_923, 304_928] {
        let text = document(number).text();
        assert!(text.ends_with(b"\ntext: word\n- item of no list\n"), "{number}");
    }
}
