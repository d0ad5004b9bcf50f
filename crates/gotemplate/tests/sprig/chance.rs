//! What is not the same each time, by what is.

use std::collections::BTreeSet;

use crate::{refusal, render, rendered};

#[test]
fn characters_of_an_alphabet() {
    for (function, alphabet) in [
        ("randAlpha", "^[A-Za-z]{400}$"),
        ("randAlphaNum", "^[0-9A-Za-z]{400}$"),
        ("randAscii", "^[ -~]{400}$"),
        ("randNumeric", "^[0-9]{400}$"),
    ] {
        let text = rendered(&format!("{{{{ {function} 400 }}}}"));
        assert_eq!(
            rendered(&format!("{{{{ {function} 400 | regexMatch `{alphabet}` }}}}")),
            "true"
        );
        // Of 95 letters, one that never came would be missing by chance once in a thousand runs; the bytes here are always the same.
        let letters: BTreeSet<char> = text.chars().collect();
        assert!(letters.len() >= 10, "{function}: {letters:?}");
        assert_eq!(
            rendered(&format!("{{{{ {function} 0 }}}}{{{{ {function} -1 }}}}|")),
            "|"
        );
        assert_eq!(
            rendered(&format!("{{{{ eq ({function} 30) ({function} 30) }}}}")),
            "false"
        );
    }
}

#[test]
fn numbers_and_bytes() {
    let numbers = rendered("{{ range until 200 }}{{ randInt -3 4 }} {{ end }}");
    let found: BTreeSet<i64> = numbers
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    assert_eq!(found, (-3..4).collect());
    assert_eq!(
        rendered("{{ randInt -9223372036854775808 -9223372036854775807 }}"),
        "-9223372036854775808"
    );
    for wrong in [
        "{{ randInt 5 5 }}",
        "{{ randInt 6 5 }}",
        "{{ randInt -9223372036854775808 9223372036854775807 }}",
        "{{ randBytes -1 }}",
    ] {
        refusal(wrong);
    }
    assert_eq!(rendered("{{ randBytes 33 | b64dec | len }} {{ randBytes 0 }}|"), "33 |");
}

#[test]
fn identifiers_and_orders() {
    let pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";
    assert_eq!(
        rendered(&format!(
            "{{{{ regexMatch `{pattern}` uuidv4 }}}} {{{{ eq uuidv4 uuidv4 }}}}"
        )),
        "true false"
    );
    let mut letters: Vec<char> = rendered("{{ shuffle .uni }}").chars().collect();
    let mut sorted: Vec<char> = "Ünïcödé ✓ 日本語".chars().collect();
    letters.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(letters, sorted);
    assert_ne!(rendered("{{ shuffle \"abcdefghijklmnop\" }}"), "abcdefghijklmnop");
    assert_eq!(
        rendered("{{ keys (dict \"b\" 1 \"a\" 2) (dict \"c\" 3) | sortAlpha }} {{ values (dict \"b\" 1) }}"),
        "[a b c] [1]"
    );
}

#[test]
fn hashes_of_passwords() {
    let hash = rendered("{{ bcrypt .a }}");
    assert_eq!((hash.len(), &hash[..7]), (60, "$2a$10$"));
    assert_ne!(
        rendered("{{ bcrypt .a }}{{ bcrypt .a }}")[..60],
        rendered("{{ bcrypt .a }}{{ bcrypt .a }}")[60..]
    );
    let entry = rendered("{{ htpasswd \"me\" .a }}");
    assert_eq!(&entry[..10], "me:$2a$10$");
    assert_eq!(rendered("{{ bcrypt (repeat 72 \"x\") | len }}"), "60");
    let refused = rendered("{{ bcrypt (repeat 73 \"x\") }}");
    assert_eq!(
        refused,
        "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    );
    assert_eq!(rendered("{{ htpasswd \"a:b\" \"x\" }}"), "invalid username: a:b");
}

#[test]
fn a_hash_is_that_of_its_password() {
    // bcrypt's own test vector, of OpenBSD: cost 10, which is the only one that sprig knows.
    let hash = bcrypt::bcrypt(10, *b"0123456789abcdef", b"secret\0");
    let again = bcrypt::bcrypt(10, *b"0123456789abcdef", b"secret\0");
    assert_eq!(hash, again);
    let text = rendered("{{ bcrypt \"secret\" }}");
    let base64 =
        base64::engine::GeneralPurpose::new(&base64::alphabet::BCRYPT, base64::engine::general_purpose::NO_PAD);
    let decoded = |part: &str| base64::Engine::decode(&base64, part).expect("bcrypt's Base64");
    let salt: [u8; 16] = decoded(&text[7..29]).try_into().expect("a salt");
    assert_eq!(decoded(&text[29..]), bcrypt::bcrypt(10, salt, b"secret\0")[..23]);
}

#[test]
fn encryption_there_and_back() {
    for text in [
        "x",
        "0123456789abcde",
        "0123456789abcdef",
        "longer than a block of the cipher",
    ] {
        for key in ["", "key", "a key that is longer than thirty-two bytes"] {
            assert_eq!(
                rendered(&format!("{{{{ encryptAES {key:?} {text:?} | decryptAES {key:?} }}}}")),
                text
            );
        }
    }
    assert_eq!(rendered("{{ encryptAES .a \"\" }}{{ decryptAES .a \"\" }}|"), "|");
    assert_eq!(rendered("{{ eq (encryptAES .a .b) (encryptAES .a .b) }}"), "false");
    // Made by upstream's: AES-256-CBC, the IV of zeros in front.
    for wrong in [
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAA==",
        "AAAAAAAAAAAAAAAAAAAAAAA=",
        "bad base64!",
    ] {
        refusal(&format!("{{{{ decryptAES \"k\" {wrong:?} }}}}"));
    }
}

#[test]
fn a_template_says_what_it_used() {
    for (template, used) in [
        ("{{ uuidv4 }}{{ upper .a }}{{ now | kindOf }}", vec!["now", "uuidv4"]),
        ("{{ date \"2006\" .a }}", vec!["date"]),
        ("{{ date \"2006\" 0 }}{{ derivePassword 1 \"pin\" .a .a .a }}", vec![]),
        ("{{ keys (dict) }}{{ values (dict) }}", vec!["keys", "values"]),
        ("{{ if false }}{{ randAlpha 3 }}{{ end }}", vec![]),
        (
            "{{ encryptAES .a .b }}{{ shuffle .a }}{{ htpasswd .a .a }}",
            vec!["encryptAES", "htpasswd", "shuffle"],
        ),
    ] {
        let rendered = render(template).unwrap_or_else(|error| panic!("{template}: {error}"));
        assert_eq!(
            rendered.nondeterministic.into_iter().collect::<Vec<_>>(),
            used,
            "{template}"
        );
    }
}
