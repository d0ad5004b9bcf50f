//! Keys and certificates.

use x509_parser::{pem::parse_x509_pem, prelude::GeneralName};

use crate::{refusal, rendered};

#[test]
fn keys_of_all_kinds() {
    for (kind, tag) in [("rsa", "RSA "), ("ecdsa", "EC "), ("ed25519", ""), ("dsa", "DSA ")] {
        let key = rendered(&format!("{{{{ genPrivateKey {kind:?} }}}}"));
        assert!(
            key.starts_with(&format!("-----BEGIN {tag}PRIVATE KEY-----\n")),
            "{kind}"
        );
        assert!(key.ends_with(&format!("-----END {tag}PRIVATE KEY-----\n")), "{kind}");
    }
    assert_eq!(rendered("{{ genPrivateKey \"nope\" }}"), "Unknown type nope");
}

#[test]
fn a_chain() {
    let pair = rendered(
        r#"{{ $ca := genCA "my ca" 365 }}{{ $c := genSignedCert "leaf" (list "10.0.0.1" "::1" "::ffff:1.2.3.4") (list "a.example") 30 $ca -}}
           {{ $ca.Cert }}{{ $c.Cert }}"#,
    );
    let (rest, authority) = parse_x509_pem(pair.as_bytes()).expect("PEM");
    let (_, leaf) = parse_x509_pem(rest).expect("PEM");
    let (authority, leaf) = (
        authority.parse_x509().expect("a certificate"),
        leaf.parse_x509().expect("a certificate"),
    );
    assert_eq!(
        (authority.subject().to_string(), leaf.subject().to_string()),
        ("CN=my ca".to_owned(), "CN=leaf".to_owned())
    );
    assert_eq!(leaf.issuer().as_raw(), authority.subject().as_raw());
    authority.verify_signature(None).expect("signed by itself");
    leaf.verify_signature(Some(authority.public_key()))
        .expect("signed by the authority");
    assert!(authority.is_ca() && !leaf.is_ca());

    let days = |validity: &x509_parser::certificate::Validity| {
        (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400
    };
    assert_eq!((days(authority.validity()), days(leaf.validity())), (365, 30));
    // The rendering's time, not the computer's.
    assert_eq!(leaf.validity().not_before.timestamp(), 1_580_688_000);
    let usage = leaf.key_usage().expect("usage").expect("usage").value;
    assert!(usage.digital_signature() && usage.key_encipherment() && !usage.key_cert_sign());
    let usage = leaf.extended_key_usage().expect("usage").expect("usage").value;
    assert!(usage.server_auth && usage.client_auth);
    let names = &leaf
        .subject_alternative_name()
        .expect("names")
        .expect("names")
        .value
        .general_names;
    let addresses: Vec<&[u8]> = names
        .iter()
        .filter_map(|name| {
            if let GeneralName::IPAddress(address) = name {
                Some(*address)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        addresses,
        [
            &[10, 0, 0, 1][..],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            &[1, 2, 3, 4]
        ]
    );
    assert!(names.contains(&GeneralName::DNSName("a.example")));
    assert_eq!(leaf.extensions().len(), 5, "nothing that Go does not write");
}

#[test]
fn a_key_comes_out_as_it_went_in() {
    for kind in ["ecdsa", "ed25519"] {
        for certificate in ["genCAWithKey \"x\" 1 $k", "genSelfSignedCertWithKey \"x\" nil nil 1 $k"] {
            let template =
                format!("{{{{ $k := genPrivateKey {kind:?} }}}}{{{{ $c := {certificate} }}}}{{{{ eq $c.Key $k }}}}");
            assert_eq!(rendered(&template), "true", "{template}");
        }
        let template = format!(
            r#"{{{{ $k := genPrivateKey {kind:?} }}}}{{{{ $ca := genCAWithKey "ca" 1 $k }}}}{{{{ $c := genSignedCertWithKey "x" nil nil 1 $ca $k -}}}}
               {{{{ $b := buildCustomCert ($c.Cert | b64enc) ($c.Key | b64enc) }}}}{{{{ eq $b.Cert $c.Cert }}}} {{{{ eq $b.Key $k }}}}"#
        );
        assert_eq!(rendered(&template), "true true");
    }
}

#[test]
fn what_is_no_certificate() {
    for (template, reason) in [
        (r#"{{ genCAWithKey "x" 1 "key" }}"#, "no PEM data in input"),
        (r#"{{ genCAWithKey "x" 1 (genPrivateKey "dsa") }}"#, "crypto.Signer"),
        (
            r#"{{ genCAWithKey "x" 1 (genPrivateKey "ecdsa" | replace "EC" "RSA") }}"#,
            "parsing RSA private key",
        ),
        (
            r#"{{ genCAWithKey "x" 1 (genPrivateKey "ecdsa" | replace "EC" "ODD") }}"#,
            "invalid private key type",
        ),
        (
            r#"{{ genCAWithKey "x" 1 (genCAWithKey "x" 1 (genPrivateKey "ecdsa")).Cert }}"#,
            "no private key data",
        ),
        (
            r#"{{ genCAWithKey "x" 9999999 (genPrivateKey "ecdsa") | kindOf }}{{ genCAWithKey "x" -9999999 (genPrivateKey "ecdsa") | fail }}"#,
            "fail",
        ),
        (
            r#"{{ genSelfSignedCertWithKey "x" (list "1.2.3") nil 1 (genPrivateKey "ecdsa") }}"#,
            "error parsing ip",
        ),
        (
            r#"{{ genSelfSignedCertWithKey "x" (list 1) nil 1 (genPrivateKey "ecdsa") }}"#,
            "error parsing ip",
        ),
        (
            r#"{{ genSelfSignedCertWithKey "x" nil (list "é") 1 (genPrivateKey "ecdsa") }}"#,
            "IA5String",
        ),
        (
            r#"{{ genSelfSignedCertWithKey "x" nil (list 2) 1 (genPrivateKey "ecdsa") }}"#,
            "dns name",
        ),
        (
            r#"{{ $k := genPrivateKey "ecdsa" }}{{ $a := genCAWithKey "a" 1 $k }}{{ $b := genPrivateKey "ecdsa" -}}
               {{ genSignedCertWithKey "x" nil nil 1 (buildCustomCert (b64enc $a.Cert) (b64enc $b)) $k }}"#,
            "doesn't match parent's PublicKey",
        ),
        (r#"{{ buildCustomCert "!" "" }}"#, "base64 certificate"),
        (r#"{{ buildCustomCert "" "!" }}"#, "base64 private key"),
        (r#"{{ buildCustomCert "" "" }}"#, "unable to decode certificate"),
        (
            r#"{{ buildCustomCert (genPrivateKey "ecdsa" | b64enc) "" }}"#,
            "error parsing certificate",
        ),
        (
            r#"{{ buildCustomCert (b64enc (genCAWithKey "x" 1 (genPrivateKey "ecdsa")).Cert) "" }}"#,
            "error parsing private key",
        ),
    ] {
        let error = refusal(template);
        assert!(error.contains(reason), "{template}: {error}");
    }
}

#[test]
fn passwords_derived_from_a_master_password() {
    for (kind, password) in [
        ("long", "ZedaFaxcZaso9*"),
        ("nope", "cannot find password template nope"),
    ] {
        assert_eq!(
            rendered(&format!(
                r#"{{{{ derivePassword 1 {kind:?} "password" "user" "example.com" }}}}"#
            )),
            password
        );
    }
    refusal(r#"{{ derivePassword -1 "long" "" "" "" }}"#);
    // The counter has 32 bits, and Go does not look at others.
    let first = rendered(r#"{{ derivePassword 0 "pin" "" "" "" }}"#);
    assert_eq!(rendered(r#"{{ derivePassword 4294967296 "pin" "" "" "" }}"#), first);
}
