//! Which namespace kubeseal takes for what names none, and where it takes none.

mod program;

use std::process::Command;

use program::{Desk, Run, fixture};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData: {password: s3cr3t}\n";
const NONE: &str = "error: secret must declare a namespace\n";

fn kubeseal(desk: &Desk, environment: &[(&str, &str)], arguments: &[&str], input: &str) -> Run {
    let certificate = fixture("certificate.pem");
    let all = [&["kubeseal", "--cert", &certificate][..], arguments].concat();
    desk.run_with(&all, input, |command: &mut Command| {
        command.envs(environment.iter().copied());
    })
}

#[test]
fn a_server_of_the_environment_brings_no_namespace() {
    let desk = Desk::new();
    let master = [("KUBERNETES_MASTER", "http://127.0.0.1:1")];
    let run = kubeseal(&desk, &master, &[], SECRET);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), NONE));
    let run = kubeseal(&desk, &master, &["--raw", "--name", "app"], "s3cr3t");
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("no configuration has been provided"),
        "{}",
        run.stderr
    );

    let run = kubeseal(&desk, &[], &["--server", "http://127.0.0.1:1"], SECRET);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.contains("\"namespace\": \"default\""));
}

#[test]
fn the_namespace_flag_needs_a_kubeconfig_that_loads() {
    let desk = Desk::new();
    desk.write("malformed", "{{{");
    let missing = ["--kubeconfig", "missing", "-n", "zz"];
    let run = kubeseal(&desk, &[], &missing, SECRET);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), NONE));
    let run = kubeseal(&desk, &[("KUBECONFIG", "malformed")], &["-n", "zz"], SECRET);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), NONE));
    let run = kubeseal(
        &desk,
        &[],
        &[&["--raw", "--name", "app"][..], &missing].concat(),
        "s3cr3t",
    );
    let reason = "error: stat missing: no such file or directory\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), reason));

    let elsewhere = SECRET.replace("name: app", "name: app, namespace: b");
    let run = kubeseal(&desk, &[], &missing, &elsewhere);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.contains("\"namespace\": \"b\""));
}
