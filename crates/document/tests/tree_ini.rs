//! INI that keeps its text.
#![allow(dead_code, reason = "each test file uses its part")]

mod followed;

use followed::{
    Outcome, comes_back, edited, follows_changes, is_set_and_set_back, read, refused, set, set_comments, tree,
};
use proptest::prelude::*;
use signet_document::tree::{Layout, Scalar, Tree, TreeFormat, WriteFault, write};

const INI: TreeFormat = TreeFormat::Ini;

fn again(text: &str) -> Outcome<String> {
    let (_, trees) = read(text.as_bytes(), INI)?;
    Ok(String::from_utf8(write(&trees, INI, &Layout::default())?.to_vec())?)
}

#[test]
fn samples() -> Outcome {
    for (plain, encrypted, decrypted) in [
        (
            include_str!("vectors/sops/ini/basic.plain.ini"),
            include_str!("vectors/sops/ini/basic.enc.ini"),
            include_str!("vectors/sops/ini/basic.dec.ini"),
        ),
        (
            include_str!("vectors/sops/ini/default_section.plain.ini"),
            include_str!("vectors/sops/ini/default_section.enc.ini"),
            include_str!("vectors/sops/ini/default_section.dec.ini"),
        ),
        (
            include_str!("vectors/sops/ini/two.plain.ini"),
            include_str!("vectors/sops/ini/two.enc.ini"),
            include_str!("vectors/sops/ini/two.dec.ini"),
        ),
    ] {
        comes_back(plain, INI)?;
        comes_back(decrypted, INI)?;
        is_set_and_set_back(plain, INI)?;
        assert_eq!(again(plain)?, decrypted);
        assert_eq!(again(encrypted)?, encrypted);
        assert_eq!(edited(encrypted, INI, |_| {})?, encrypted);
    }
    Ok(())
}

/// As gopkg.in/ini.v1 1.67.3 reads them.
#[test]
fn lines_are_read_as_upstream_reads_them() -> Outcome {
    for (text, expected) in [
        ("", "{ DEFAULT={ } }"),
        ("\u{feff}a=1", "{ DEFAULT={ a=\"1\" } }"),
        ("a : 1 = 2", "{ DEFAULT={ a=\"1 = 2\" } }"),
        (
            "a='x'\nb=\"x\"\nc=\"x\"y\"",
            "{ DEFAULT={ a=\"x\" b=\"x\" c=\"\\\"x\\\"y\\\"\" } }",
        ),
        ("a=x#c", "{ DEFAULT={ a=\"x\" #\"c\" } }"),
        ("a=`x#c` ; d", "{ DEFAULT={ a=\"x#c\" } }"),
        ("a=x\\\n  y\\\n\nb=1", "{ DEFAULT={ a=\"xy\" b=\"1\" } }"),
        ("a=\"\"\"x\n y\"\"\" ; d\n", "{ DEFAULT={ a=\"x\\n y\" #\"d\" } }"),
        ("a=1\nb=2\na=3", "{ DEFAULT={ a=\"3\" b=\"2\" } }"),
        (
            "`a=b`=1\n\"c\"=2\n\"\"\"d`e\"\"\"=3",
            "{ DEFAULT={ a=b=\"1\" c=\"2\" d`e=\"3\" } }",
        ),
        (
            "; h\n# i\n[s] ; j\n;k\nx=1 ; l",
            "{ DEFAULT={ } s={ #\"h\\n# i\\n; j\" x=\"1\" #\"k\\n; l\" } }",
        ),
        (
            "[s]\n[s]\n[DEFAULT]\na=",
            "{ DEFAULT={ } s={ } s={ } DEFAULT={ a=\"\" } }",
        ),
        ("[ a]b]\n  x = 1  \r\n", "{ DEFAULT={ }  a]b={ x=\"1\" } }"),
        ("#\na=1", "{ DEFAULT={ a=\"1\" #\"\" } }"),
        ("a=1\n; gone", "{ DEFAULT={ a=\"1\" } }"),
    ] {
        assert_eq!(tree(text, INI)?, expected, "{text:?}");
        comes_back(text, INI)?;
        is_set_and_set_back(text, INI)?;
    }
    Ok(())
}

#[test]
fn what_is_not_ini_is_refused() {
    for (text, message) in [
        (&b"a"[..], "1:1: a line without '='"),
        (b"\n =1", "2:2: an empty key"),
        (b"[a", "1:1: a section without ']'"),
        (b"[]", "1:1: a section without a name"),
        (b"`a=1", "1:1: a key whose quotes do not close"),
        (b"``=1", "1:1: an empty key"),
        (b"a=`x\ny", "1:1: quotes that do not close"),
        (b"a=\"\"\"x\n", "1:1: quotes that do not close"),
        (b"[s]\n- = 1", "2:1: a key '-', which upstream numbers and then loses"),
        (b"a=1\nb=\xff", "2:3: not UTF-8"),
    ] {
        assert_eq!(refused(text, INI), message);
    }
}

#[test]
fn a_value_changes_its_own_bytes() -> Outcome {
    let text = "; h\r\n[s]\r\n  k  :  v  ; c\r\nl=`x`\r\n\r\n";
    let out = edited(text, INI, |tree| set(tree, &["s", "k"], Scalar::text("ENC[x]")))?;
    assert_eq!(out, text.replace("  v  ", "  ENC[x]  "));
    let out = edited(text, INI, |tree| set(tree, &["s", "l"], Scalar::text("a\nb ")))?;
    assert_eq!(out, text.replace("`x`", "\"\"\"a\nb \"\"\""));
    let out = edited(text, INI, |tree| set_comments(tree, "ENC[x]"))?;
    assert_eq!(out, text.replace("; h", "; ENC[x]").replace("; c", "; ENC[x]"));
    Ok(())
}

#[test]
fn nothing_stays_in_clear_that_the_tree_does_not_hold() -> Outcome {
    for text in [
        "a=secret\na=1\n",
        "a=1\n# secret\n",
        "a=`1` secret\n",
        "a=1\n[s] secret\n",
    ] {
        let out = edited(text, INI, |tree| set(tree, &["DEFAULT", "a"], Scalar::text("ENC[x]")))?;
        assert!(!out.contains("secret"), "{out:?}");
    }
    Ok(())
}

#[test]
fn keys_and_sections_come_and_go() -> Outcome {
    let add = |tree: &mut Tree| {
        let mut section = Tree::default();
        section.push("k", Scalar::text("a\nb"));
        section.push("long", Scalar::text(" x"));
        tree.push("z", section);
    };
    for (text, expected) in [
        ("", "[z]\nk    = \"\"\"a\nb\"\"\"\nlong = \" x\"\n"),
        ("a=1", "a=1\n\n[z]\nk    = \"\"\"a\nb\"\"\"\nlong = \" x\""),
        ("[s]\n\n", "[s]\n\n[z]\nk    = \"\"\"a\nb\"\"\"\nlong = \" x\"\n\n"),
    ] {
        assert_eq!(edited(text, INI, add)?, expected);
    }
    let text = "[s]\nab   = 1\nlong = 2\n[t]\nx=1\n";
    let out = edited(text, INI, |tree| {
        for entry in &mut tree.entries {
            if let signet_document::tree::Entry::Pair(pair) = entry
                && let signet_document::tree::Branch::Mapping(inner) = &mut pair.value
                && *pair.key != *"DEFAULT"
            {
                inner.remove("long");
                inner.push("n", Scalar::Bool(true));
            }
        }
    })?;
    assert_eq!(out, "[s]\nab   = 1\nn    = true\n[t]\nx=1\nn=true\n");
    let out = edited(text, INI, |tree| drop(tree.remove("s")))?;
    assert_eq!(out, "[t]\nx=1\n");
    Ok(())
}

#[test]
fn values_keep_their_ends() -> Outcome {
    for value in [
        "\"x\"",
        "'x'",
        "x\\",
        " x ",
        "`x`",
        "#",
        "a ; b",
        "\"\"\"x",
        "a\"\"\"b`",
        "\n",
        "",
        "x\r",
        "`\n#",
    ] {
        let out = edited("a=1\n", INI, |tree| set(tree, &["DEFAULT", "a"], Scalar::text(value)))?;
        assert_eq!(tree(&out, INI)?, format!("{{ DEFAULT={{ a={value:?} }} }}"), "{out:?}");
    }
    let impossible = "\"\"\"\n`\n\"\"\" \\";
    let out = edited("a=1\n", INI, |tree| {
        set(tree, &["DEFAULT", "a"], Scalar::text(impossible))
    });
    assert!(out.is_err());
    Ok(())
}

#[test]
fn what_ini_cannot_hold_is_refused() {
    let mut flat = Tree::default();
    flat.push("a", Scalar::text("x"));
    let section = |key: &str, value: signet_document::tree::Branch| {
        let (mut tree, mut inner) = (Tree::default(), Tree::default());
        inner.push(key, value);
        tree.push("s", inner);
        tree
    };
    for (tree, fault) in [
        (flat, WriteFault::Value),
        (section("a", Scalar::Null.into()), WriteFault::Null),
        (section("a", Tree::default().into()), WriteFault::Nested),
        (section("-", Scalar::text("x").into()), WriteFault::Key),
        (section("", Scalar::text("x").into()), WriteFault::Key),
        (section("a\nb", Scalar::text("x").into()), WriteFault::Key),
        (section("a", Scalar::text(b"\xff".to_vec()).into()), WriteFault::Value),
    ] {
        let error = write(&[tree], INI, &Layout::default()).err();
        assert_eq!(error.map(|error| error.fault), Some(fault));
    }
}

proptest! {
    #[test]
    fn what_is_read_comes_back(text in "(\\[[ab]\\]|[abc] ?= ?|\"\"\"|`|\"|'|#|;|\\\\|\r?\n|\n|\n| |x|é){0,24}") {
        // Three quotes at the very end are a value, and in any other place the start of one.
        if read(text.as_bytes(), INI).is_ok() && !text.ends_with("\"\"\"") {
            comes_back(&text, INI).unwrap();
            is_set_and_set_back(&text, INI).unwrap();
        }
    }

    #[test]
    fn changes_are_followed(text in "(\\[[ab]\\]|[a-e] ?= ?|\"\"\"|`|#|;|\r?\n|\n|\n| |x){0,30}", choices in prop::collection::vec(any::<u8>(), 1..20)) {
        if read(text.as_bytes(), INI).is_ok() {
            follows_changes(&text, INI, &choices).unwrap();
        }
    }
}
