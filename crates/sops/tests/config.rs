//! `.sops.yaml` as upstream reads it. The cases are those of upstream's `config/config_test.go` and `functional-tests`.

use std::{collections::BTreeMap, error::Error};

use signet_sops::{
    MasterKey, WrittenRule,
    config::{Config, ConfigError, CreationRule, EmptyKeyGroup},
};

type Outcome = Result<(), Box<dyn Error>>;

fn rule(config: &str, path: &str) -> Result<CreationRule, Box<dyn Error>> {
    let config = Config::read(config.as_bytes())?;
    Ok(config.creation_rule(path)?.ok_or("no configuration")?)
}

/// The keys of a group, each with its kind in front of it.
fn names(group: &[MasterKey]) -> Vec<String> {
    let kind = |key: &MasterKey| match key {
        MasterKey::Age(_) => "age",
        MasterKey::Pgp(_) => "pgp",
        MasterKey::AwsKms(_) => "kms",
        MasterKey::GcpKms(_) => "gcp_kms",
        MasterKey::HuaweiKms(_) => "hckms",
        MasterKey::AzureKeyVault(_) => "azure_kv",
        MasterKey::VaultTransit(_) => "hc_vault",
        _ => "?",
    };
    group.iter().map(|key| format!("{}: {key}", kind(key))).collect()
}

fn groups(config: &str, path: &str) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    Ok(rule(config, path)?
        .key_groups()?
        .iter()
        .map(|group| names(group))
        .collect())
}

const FLAT: &str = "
creation_rules:
  - path_regex: foobar*
    hc_vault_transit_uri: http://4:8200/v1/4/keys/4
    hckms: ['tr-west-1:test-key-1']
    gcp_kms: '3'
    kms: '1'
    pgp: '2'
    azure_keyvault: https://v.vault.azure.net/keys/k/5
    age: age1x
  - path_regex: ''
    kms: foo
    pgp: bar
";

#[test]
fn the_first_rule_that_matches_has_the_keys_in_upstreams_order() -> Outcome {
    let first = [
        "age: age1x",
        "pgp: 2",
        "kms: 1",
        "gcp_kms: 3",
        "hckms: tr-west-1:test-key-1",
        "azure_kv: https://v.vault.azure.net/keys/k/5",
        "hc_vault: http://4:8200/v1/4/keys/4",
    ];
    assert_eq!(groups(FLAT, "foobar2000")?, [first]);
    // It is searched for, not compared.
    assert_eq!(groups(FLAT, "dir/fooba.yaml")?, [first]);
    assert_eq!(groups(FLAT, "whatever")?, [["pgp: bar", "kms: foo"]]);
    Ok(())
}

#[test]
fn paths_are_matched_in_order() -> Outcome {
    let config = "
creation_rules:
  - {path_regex: 'stage/dev/feature-.*', kms: dev-feature}
  - {path_regex: 'stage/dev/.*', kms: dev}
  - {path_regex: 'stage/.*/.*', kms: default}
  - {path_regex: '^\\Qa.b\\E$', kms: quoted}
";
    for (path, key) in [
        ("stage/prod/api.yml", "kms: default"),
        ("stage/dev/feature-foo.yml", "kms: dev-feature"),
        ("stage/dev/api.yml", "kms: dev"),
        ("/elsewhere/stage/x/y", "kms: default"),
        ("a.b", "kms: quoted"),
    ] {
        assert_eq!(groups(config, path)?, [[key]], "{path}");
    }
    for path in ["prod/api.yml", "aXb", "Stage/dev/x", ""] {
        let config = Config::read(config.as_bytes())?;
        assert_eq!(config.creation_rule(path), Err(ConfigError::NoCreationRule), "{path}");
    }
    Ok(())
}

#[test]
fn without_rules_there_is_no_configuration_and_with_an_empty_list_there_is_no_rule() -> Outcome {
    for none in [
        "",
        "# nothing\n",
        "---\n",
        "{}",
        "creation_rules:\n",
        "creation_rules: null",
        "stores: {yaml: {indent: 2}}",
        "destination_rules: [{s3_bucket: b}]",
    ] {
        assert_eq!(Config::read(none.as_bytes())?.creation_rule("x"), Ok(None), "{none}");
    }
    for empty in ["creation_rules: []", "creation_rules:\n- # nothing\n- null\n"] {
        let error = Config::read(empty.as_bytes())?
            .creation_rule("x")
            .err()
            .ok_or("a rule")?;
        assert_eq!(
            error.to_string(),
            "error loading config: no matching creation rules found"
        );
        assert!(error.hint().is_some());
    }
    Ok(())
}

#[test]
fn rules_without_keys_are_no_error_until_keys_are_asked_for() -> Outcome {
    for empty in [
        "creation_rules: [{}]",
        "creation_rules: [{key_groups: []}]",
        "creation_rules: [{key_groups: [{}]}]",
        "creation_rules: [{key_groups: [null]}]",
        "creation_rules: [{key_groups: [{hc_vault: []}]}]",
        "creation_rules: [{key_groups: [{pgp: [a]}, {}]}]",
        "creation_rules: [{age: '', pgp: ',', kms: []}]",
    ] {
        let rule = rule(empty, "x")?;
        assert_eq!(rule.key_groups(), Err(EmptyKeyGroup), "{empty}");
        assert_eq!(rule.has_keys(), empty.contains("[a]"), "{empty}");
    }
    assert_eq!(EmptyKeyGroup.to_string(), "empty key group provided");
    Ok(())
}

#[test]
fn elements_that_are_null_are_none() -> Outcome {
    let config = "creation_rules: [null, {key_groups: [null, {pgp: [null, a], kms: [null], merge: [null]}]}]";
    assert_eq!(groups(config, "x")?, [["pgp: a"]]);
    assert_eq!(
        groups("creation_rules: [{key_groups: [null], pgp: a}]", "x")?,
        [["pgp: a"]]
    );
    Ok(())
}

#[test]
fn keys_are_a_text_with_commas_or_a_list() -> Outcome {
    let expected = vec![vec![
        "age: age1a",
        "age: age1b",
        "pgp: AB12",
        "pgp: CD",
        "kms: arn:x+arn:y",
    ]];
    for config in [
        "creation_rules: [{age: 'age1a, age1b ,', pgp: 'AB 12,CD', kms: arn:x+arn:y}]",
        "creation_rules: [{age: [age1a, age1b], pgp: [AB12, 'C D'], kms: ['arn:x + arn:y']}]",
        "creation_rules: [{age: ['age1a,age1b', ''], pgp: ['AB12, CD'], kms: ['arn:x+arn:y,']}]",
        "creation_rules:\n  - age: >-\n      age1a,\n      age1b\n    pgp: AB12,CD\n    kms: arn:x+arn:y\n",
        "{\"creation_rules\": [{\"age\": \"age1a,age1b,age1a\", \"pgp\": \"AB12,CD\", \"kms\": \"arn:x+arn:y\"}]}",
    ] {
        assert_eq!(groups(config, "x")?, expected, "{config}");
    }
    Ok(())
}

#[test]
fn a_role_is_behind_the_arn_and_a_profile_is_for_all() -> Outcome {
    let config = "creation_rules: [{kms: 'arn:aws:kms:r:1:key/a+arn:aws:iam::1:role/b, +arn:c', aws_profile: p}]";
    let expected = ["kms: arn:aws:kms:r:1:key/a+arn:aws:iam::1:role/b||p", "kms: +arn:c||p"];
    assert_eq!(groups(config, "x")?, [expected]);
    let rule = rule(config, "x")?;
    let MasterKey::AwsKms(key) = &rule.key_groups()?[0][0] else {
        return Err("another kind".into());
    };
    assert_eq!(key.role.as_deref(), Some("arn:aws:iam::1:role/b"));
    Ok(())
}

#[test]
fn an_encryption_context_from_outside_is_for_keys_outside_of_groups() -> Outcome {
    let context = BTreeMap::from([("AppName".to_owned(), "myapp".to_owned())]);
    for (config, expected) in [
        ("creation_rules: [{kms: arn, pgp: a}]", "kms: arn|AppName:myapp"),
        (
            "creation_rules: [{key_groups: [{pgp: [a], kms: [{arn: arn}]}]}]",
            "kms: arn",
        ),
    ] {
        let mut rule = rule(config, "x")?;
        rule.set_encryption_context(&context);
        assert_eq!(names(&rule.key_groups()?[0]), ["pgp: a", expected]);
    }
    Ok(())
}

const GROUPS: &str = "
creation_rules:
  - key_groups:
    - hc_vault: ['https://foo.vault:8200/v1/foo/keys/foo-key']
      azure_keyvault:
      - {vaultUrl: https://foo.vault.azure.net, key: foo-key, version: fooversion}
      - {vaultUrl: https://foo.vault.azure.net, key: foo-key}
      hckms: [{key_id: 'tr-west-1:test-key-1'}]
      gcp_kms: [{resource_id: foo}]
      kms:
      - {arn: foo, aws_profile: bar}
      - {arn: foo, context: {baz: bam, a: '1'}}
      - {arn: foo, aws_profile: bar, context: {baz: bam}, role: '123'}
      pgp: [bar]
      age: ['age1a,age1b', ssh-ed25519 AAAA me]
    - pgp: [qux]
";

#[test]
fn groups_have_keys_with_more_to_say() -> Outcome {
    let first = vec![
        "age: age1a",
        "age: age1b",
        "age: ssh-ed25519 AAAA me",
        "pgp: bar",
        "kms: foo||bar",
        "kms: foo|a:1,baz:bam",
        "kms: foo+123|baz:bam|bar",
        "gcp_kms: foo",
        "hckms: tr-west-1:test-key-1",
        "azure_kv: https://foo.vault.azure.net/keys/foo-key/fooversion",
        "azure_kv: https://foo.vault.azure.net/keys/foo-key/",
        "hc_vault: https://foo.vault:8200/v1/foo/keys/foo-key",
    ];
    assert_eq!(groups(GROUPS, "x")?, [first, vec!["pgp: qux"]]);
    Ok(())
}

#[test]
fn merged_groups_come_first_and_keys_once() -> Outcome {
    let config = "
creation_rules:
  - key_groups:
    - pgp: [deep]
    - merge:
      - merge:
        - {pgp: [deep], kms: [{arn: a, role: r}]}
        - {kms: [{arn: b}], age: [age1x]}
        pgp: [middle, deep]
        kms: [{arn: a}]
      - {pgp: [b, second]}
      pgp: [second, last, b, 'l ast']
      kms: [{arn: b}, {arn: b, aws_profile: p}, {arn: a, role: r}]
      gcp_kms: [{resource_id: b}]
";
    let merged = vec![
        "pgp: deep",
        "kms: a+r",
        "age: age1x",
        "kms: b",
        "pgp: middle",
        "kms: a",
        "pgp: b",
        "pgp: second",
        "pgp: last",
        "kms: b||p",
        "gcp_kms: b",
    ];
    assert_eq!(groups(config, "x")?, [vec!["pgp: deep"], merged]);
    Ok(())
}

#[test]
fn anchors_and_merges_of_yaml_are_followed() -> Outcome {
    let config = "
shared: &team {age: [age1a], pgp: [p]}
creation_rules:
  - key_groups:
    - {merge: [*team]}
    - {<<: *team, age: [age1b]}
";
    let expected = [["age: age1a", "pgp: p"], ["age: age1b", "pgp: p"]];
    assert_eq!(groups(config, "x")?, expected);
    Ok(())
}

#[test]
fn fields_of_type_string_keep_what_is_written() -> Outcome {
    let config = "
creation_rules:
  - key_groups:
    - pgp: [0123456789012345678901234567890123456E12, no, 0x10, \u{201c}é\u{201d}, 1_000]
      kms: [{arn: 1.50, role: yes, context: {v: 1.0, on_: true, é: 017}, aws_profile: .inf}]
    unencrypted_suffix: 007
    shamir_threshold: 0x2
";
    let rule = rule(config, "x")?;
    let expected = [
        "pgp: 0123456789012345678901234567890123456E12",
        "pgp: no",
        "pgp: 0x10",
        "pgp: “é”",
        "pgp: 1_000",
        "kms: 1.50+yes|on_:true,v:1.0,é:017|.inf",
    ];
    assert_eq!(names(&rule.key_groups()?[0]), expected);
    assert_eq!(rule.rule, Some(WrittenRule::UnencryptedSuffix("007".to_owned())));
    assert_eq!(rule.shamir_threshold, Some(2));
    Ok(())
}

#[test]
fn a_rule_says_what_is_encrypted() -> Outcome {
    type Kind = fn(String) -> WrittenRule;
    let all: [(&str, Kind); 6] = [
        ("unencrypted_suffix", WrittenRule::UnencryptedSuffix),
        ("encrypted_suffix", WrittenRule::EncryptedSuffix),
        ("unencrypted_regex", WrittenRule::UnencryptedRegex),
        ("encrypted_regex", WrittenRule::EncryptedRegex),
        ("unencrypted_comment_regex", WrittenRule::UnencryptedCommentRegex),
        ("encrypted_comment_regex", WrittenRule::EncryptedCommentRegex),
    ];
    for (name, kind) in all {
        let rule = rule(&format!("creation_rules: [{{pgp: a, {name}: '^enc:'}}]"), "x")?;
        assert_eq!(rule.rule, Some(kind("^enc:".to_owned())));
        assert!(!rule.mac_only_encrypted && rule.shamir_threshold.is_none());
    }
    let rule = rule(
        "creation_rules: [{pgp: a, mac_only_encrypted: true, encrypted_suffix: '', encrypted_regex: x, shamir_threshold: 3}]",
        "x",
    )?;
    assert_eq!(rule.rule, Some(WrittenRule::EncryptedRegex("x".to_owned())));
    assert!(rule.mac_only_encrypted);
    assert_eq!(rule.shamir_threshold, Some(3));
    Ok(())
}

#[test]
fn stores() -> Outcome {
    for (config, yaml, json, binary) in [
        ("", 4, None, None),
        ("stores: {yaml: {}, json: null, dotenv: {}, ini: {}}", 4, None, None),
        (
            "stores: {yaml: {indent: 2}, json: {indent: 0}, json_binary: {indent: 3}}",
            2,
            Some(0),
            Some(3),
        ),
        ("stores: {yaml: {indent: 0}, json: {indent: -1}}", 4, None, None),
        ("stores: {yaml: {indent: 1}, json_binary: {indent: -1}}", 2, None, None),
        ("stores: {yaml: {indent: 9}}", 9, None, None),
        ("stores: {yaml: {indent: 10}}", 2, None, None),
    ] {
        let config = Config::read(config.as_bytes())?;
        let stores = config.stores();
        assert_eq!(
            (stores.yaml_indent, stores.json_indent, stores.json_binary_indent),
            (yaml, json, binary)
        );
        assert!(config.warnings().is_empty());
    }
    Ok(())
}
