//! Dotenv that keeps its text.
#![allow(dead_code, reason = "each test file uses its part")]

mod followed;

use followed::{
    Outcome, comes_back, edited, follows_changes, is_set_and_set_back, read, refused, set, set_comments, tree,
};
use proptest::prelude::*;
use signet_document::tree::{Layout, Scalar, Tree, TreeFormat, WriteFault, write};

const DOTENV: TreeFormat = TreeFormat::Dotenv;

#[test]
fn samples() -> Outcome {
    for (plain, encrypted, decrypted) in [
        (
            include_str!("vectors/sops/dotenv/basic.plain.env"),
            include_str!("vectors/sops/dotenv/basic.enc.env"),
            include_str!("vectors/sops/dotenv/basic.dec.env"),
        ),
        (
            include_str!("vectors/sops/dotenv/crlf.plain.env"),
            include_str!("vectors/sops/dotenv/crlf.enc.env"),
            include_str!("vectors/sops/dotenv/crlf.dec.env"),
        ),
        (
            include_str!("vectors/sops/dotenv/dup.plain.env"),
            include_str!("vectors/sops/dotenv/dup.enc.env"),
            include_str!("vectors/sops/dotenv/dup.dec.env"),
        ),
    ] {
        comes_back(plain, DOTENV)?;
        is_set_and_set_back(plain, DOTENV)?;
        let (_, trees) = read(plain.as_bytes(), DOTENV)?;
        assert_eq!(*write(&trees, DOTENV, &Layout::default())?, decrypted.as_bytes());
        let (_, trees) = read(encrypted.as_bytes(), DOTENV)?;
        assert_eq!(*write(&trees, DOTENV, &Layout::default())?, encrypted.as_bytes());
    }
    Ok(())
}

#[test]
fn lines_are_read_as_upstream_reads_them() -> Outcome {
    for (text, expected) in [
        ("", "{ }"),
        ("\n\n", "{ }"),
        ("A=1\r\n", "{ A=\"1\\r\" }"),
        ("# c\n #d=1\n", "{ #\" c\"  #d=\"1\" }"),
        ("export A='x' # y", "{ export A=\"'x' # y\" }"),
        ("A=a\\nb\\\\nc\\", "{ A=\"a\\nb\\\\\\nc\\\\\" }"),
        ("A=1=2\nA=\n=x", "{ A=\"1=2\" A=\"\" =\"x\" }"),
    ] {
        assert_eq!(tree(text, DOTENV)?, expected);
    }
    Ok(())
}

#[test]
fn what_is_not_dotenv_is_refused() {
    for (text, message) in [
        (&b"A"[..], "1:1: a line without '='"),
        (b"A=1\n ", "2:1: a line without '='"),
        (b"A=1\r\n\r\nB=2", "2:1: a line without '='"),
        (b"A=1\n\xff=2", "2:1: not UTF-8"),
        (b"#\xff", "1:1: not UTF-8"),
    ] {
        assert_eq!(refused(text, DOTENV), message);
    }
    assert_eq!(refused(b"A=\xff", DOTENV), "read");
}

#[test]
fn lines_come_and_go() -> Outcome {
    let add = |tree: &mut Tree| tree.push("Z", Scalar::text("a\nb"));
    for (text, expected) in [
        ("", "Z=a\\nb\n"),
        ("\n", "Z=a\\nb\n\n"),
        ("A=1", "A=1\nZ=a\\nb"),
        ("A=1\n\n\n", "A=1\nZ=a\\nb\n\n\n"),
    ] {
        assert_eq!(edited(text, DOTENV, add)?, expected);
        comes_back(text, DOTENV)?;
    }
    for (key, expected) in [("A", "# c\n\nB=2"), ("B", "A=1\n# c\n")] {
        let out = edited("A=1\n# c\n\nB=2", DOTENV, |tree| drop(tree.remove(key)))?;
        assert_eq!(out, expected);
    }
    Ok(())
}

#[test]
fn a_value_changes_its_own_line() -> Outcome {
    let text = "\n# c\nA=\"1\"\nB=2\r\n";
    let out = edited(text, DOTENV, |tree| set(tree, &["A"], Scalar::Float(1.0)))?;
    assert_eq!(out, "\n# c\nA=1.0\nB=2\r\n");
    let out = edited(text, DOTENV, |tree| set_comments(tree, "x"))?;
    assert_eq!(out, "\n#x\nA=\"1\"\nB=2\r\n");
    Ok(())
}

#[test]
fn what_dotenv_cannot_hold_is_refused() {
    let mut nested = Tree::default();
    nested.push("a", Tree::default());
    let pair = |key: &str, scalar| {
        let mut tree = Tree::default();
        tree.push(key, scalar);
        tree
    };
    for (tree, fault) in [
        (nested, WriteFault::Nested),
        (pair("a", Scalar::Null), WriteFault::Null),
        (pair("a=b", Scalar::Bool(true)), WriteFault::Key),
        (pair("#a", Scalar::Bool(true)), WriteFault::Key),
        (pair("a\nb", Scalar::Bool(true)), WriteFault::Key),
        (pair("a", Scalar::text("x\\ny")), WriteFault::Value),
    ] {
        let error = write(&[tree], DOTENV, &Layout::default()).err();
        assert_eq!(error.map(|error| error.fault), Some(fault));
    }
    let out = edited("# c\n", DOTENV, |tree| set_comments(tree, "a\nb"));
    assert!(out.is_err());
}

#[test]
fn other_formats_become_dotenv_as_upstream_writes_it() -> Outcome {
    let (_, trees) = read(include_bytes!("vectors/sops/json/scalars.plain.json"), TreeFormat::Json)?;
    let golden = include_str!("vectors/sops/dotenv/scalars.golden.env");
    assert_eq!(
        String::from_utf8_lossy(&write(&trees, DOTENV, &Layout::default())?),
        golden
    );
    Ok(())
}

proptest! {
    #[test]
    fn what_is_read_comes_back(text in "([AB]=|#|\\\\n|\\\\|=|\r|\n| |é|x){0,20}") {
        if read(text.as_bytes(), DOTENV).is_ok() {
            comes_back(&text, DOTENV).unwrap();
            is_set_and_set_back(&text, DOTENV).unwrap();
        }
    }

    #[test]
    fn changes_are_followed(text in "([AB]=|#|\\\\n|=|\n|x){0,20}", choices in prop::collection::vec(any::<u8>(), 1..20)) {
        if read(text.as_bytes(), DOTENV).is_ok() {
            follows_changes(&text, DOTENV, &choices).unwrap();
        }
    }
}
