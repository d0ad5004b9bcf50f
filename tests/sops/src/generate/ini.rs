//! INI.

use super::{key::Keys, text};
use crate::{Entry, Rule, Selection, random::Random};

pub(super) fn entries(rule: Rule, random: &mut Random) -> Vec<Entry> {
    let mut entries = Vec::new();
    if random.percent(30) {
        entries.extend(section("", rule, random));
    }
    for number in 0..random.between(1, 6) {
        // A name may come twice.
        let name = random.pick(&[
            "web",
            "db",
            "a b",
            "a.b",
            "secret",
            "x_unencrypted",
            "ключ",
            "data",
            "p:q",
        ]);
        entries.extend(section(&format!("{name}{}", number / 2), rule, random));
    }
    entries
}

fn section(name: &str, rule: Rule, random: &mut Random) -> Vec<Entry> {
    let mut keys = Keys::default();
    let mut entries = Vec::new();
    if !name.is_empty() {
        let (comment, values) = comment(rule, random);
        entries.push(Entry::new(format!("{comment}[{name}]\n"), values));
    }
    for _ in 0..random.below(12) {
        entries.push(item(&mut keys, rule, name.ends_with("_unencrypted"), random));
    }
    entries
}

fn item(keys: &mut Keys, rule: Rule, is_clear: bool, random: &mut Random) -> Entry {
    let (comment, values) = comment(rule, random);
    // Not `-`, which real sops writes as a comment (sops-quirks 1: "a key named -").
    let key = if random.percent(10) {
        random
            .pick(&["a b", "a.b", "ключ", "a/b", "1", "true", "@x", "a'b"])
            .to_owned()
    } else {
        keys.plain(random)
    };
    let is_clear = is_clear || rule.selection != Selection::Default || key.ends_with("_unencrypted");
    let equals = random.pick(&[" = ", "=", " : ", "   =   "]);
    let blank = random.pick(&["", "", "", "\n"]);
    Entry::new(
        format!("{comment}{key}{equals}{}\n{blank}", value(is_clear, random)),
        values + 1,
    )
}

// Never empty: `#` or `;` alone beside another comment makes real sops panic (sops-quirks 1: "empty comment").
fn comment(rule: Rule, random: &mut Random) -> (String, usize) {
    if !random.percent(15) {
        return (String::new(), 0);
    }
    let mark = if rule.is_by_comment() {
        random.pick(&["", " keep!", " hide!"])
    } else {
        ""
    };
    let sign = random.pick(&["; ", "# ", ";", "#"]);
    (format!("{sign}{}{mark}\n", text::words(random)), 1)
}

// A clear value that needs quotes loses them where real sops reads it again (sops-quirks 1: "clear value that needs quotes").
fn value(is_clear: bool, random: &mut Random) -> String {
    if is_clear || random.percent(60) {
        return random
            .pick(&[
                "",
                "v",
                "a b",
                "1",
                "1.50",
                "true",
                "2024-01-01",
                "a/b:c",
                "user@host",
                "ünï",
                "日本",
                "a,b",
                "x_y-z",
                "~",
                "null",
            ])
            .to_owned();
    }
    random
        .pick(&[
            "\"quoted # x\"",
            "\"  a  \"",
            "`back`",
            "\"\"\"a\nb\"\"\"",
            "\"\"\"a\n\nb\n\"\"\"",
            "'single'",
            "a ; inline",
            "a # inline",
            "a=b",
            "[x]",
            "a\\nb",
            "it's",
            "say \"x\"",
            "%(a)s",
            "`a # b`",
            "\"a=b\"",
            "a;b",
            "a#b",
            "{}",
        ])
        .to_owned()
}
