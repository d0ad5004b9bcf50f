//! A plugin of age: a script that gives the file key away as it is.

mod samples;

use std::{env, fs, os::unix::fs::PermissionsExt, path::Path, process::Command, sync::Arc};

use samples::{Answers, Outcome, age, error_of, surroundings};
use signet_document::tree::Time;
use signet_master_keys::{DecryptionOrder, unwrap, wrap};
use signet_plaintext::DataKey;

const RECIPIENT: &str = "age1example1pzry9x8qzjewgr";
const IDENTITY: &str = "AGE-PLUGIN-EXAMPLE-1Z9AA2A";

/// Says yes to everything: with `recipient-v1`, the file key becomes the stanza's body, and with `identity-v1` the other way round.
const PLUGIN: &str = r#"#!/bin/sh
while read -r mark command rest; do
    if [ "$mark" = "->" ]; then
        read -r body
        case $command in
            wrap-file-key) key=$body ;;
            recipient-stanza) case $rest in "0 example"*) key=$body ;; esac ;;
            done) break ;;
        esac
    fi
done
case $1 in
    *recipient-v1) printf -- '-> recipient-stanza 0 example\n%s\n' "$key" ;;
    *identity-v1) printf -- '-> file-key 0\n%s\n' "$key" ;;
esac
read -r ok
read -r empty
printf -- '-> done\n\n'
"#;

/// Set in the process whose `PATH` has the plugin: the `age` crate looks for it there and nowhere else.
const INSIDE: &str = "SIGNET_TEST_PLUGIN";

#[test]
fn wraps_and_unwraps() -> Outcome {
    let key = DataKey::from([3; 32]);
    let now = Time {
        timestamp: jiff::Timestamp::UNIX_EPOCH,
        offset: jiff::tz::Offset::UTC,
    };
    let variables = [("SOPS_AGE_KEY", IDENTITY)];
    let surroundings = surroundings(Path::new("/nonexistent"), &variables, Arc::new(Answers::default()));
    let wrapped = wrap(&[vec![age(RECIPIENT)]], None, &key, now, &mut |_| {}, &surroundings);
    if env::var_os(INSIDE).is_some() {
        let unwrapped = unwrap(&wrapped?.groups, None, &DecryptionOrder::default(), &surroundings)?;
        assert!(unwrapped.same(&key));
        return Ok(());
    }
    let missing = error_of(wrapped)?.to_string();
    assert!(
        missing.ends_with("could not find \"age-plugin-example\" on the PATH"),
        "{missing}"
    );

    let folder = tempfile::tempdir()?;
    let plugin = folder.path().join("age-plugin-example");
    fs::write(&plugin, PLUGIN)?;
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o700))?;
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([folder.path().to_owned()].into_iter().chain(env::split_paths(&path)))?;
    let mut inside = Command::new(env::current_exe()?);
    let inside = inside
        .args(["--exact", "wraps_and_unwraps"])
        .env("PATH", path)
        .env(INSIDE, "1")
        .output()?;
    let text = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success() && text.contains("1 passed"), "{text}");
    Ok(())
}
