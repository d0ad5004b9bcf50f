//! Starts that cannot go well, and the end.

use std::net::TcpListener;

use signet_cluster_tests::{Cluster, Installation, output};

use crate::start;

#[test]
fn sigterm_ends_it_well() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    assert_eq!(controller.terminate().code(), Some(0));
}

#[test]
fn wrong_arguments_stop_the_start() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    for (argument, part) in [
        ("--key-size=1000", "--key-size"),
        ("--key-renew-period=30days", "--key-renew-period"),
        ("--key-ttl=soon", "--key-ttl"),
        ("--key-order-priority=Size", "--key-order-priority"),
        ("--all-namespaces=perhaps", "--all-namespaces"),
        ("--log-format=xml", "--log-format"),
        ("--key-prefix=Upper_Case", "--key-prefix"),
        ("--listen-addr=nowhere", "--listen-addr"),
        ("--no-such-flag", "--no-such-flag"),
    ] {
        let output = output(&mut installation.command(&[argument]), "");
        assert_eq!(output.code, Some(2), "{argument}: {}{}", output.stdout, output.stderr);
        assert!(output.stderr.contains(part), "{argument}: {}", output.stderr);
    }
}

#[test]
fn an_address_in_use_stops_the_start() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let taken = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let address = format!(":{}", taken.local_addr().unwrap().port());
    for [used, free] in [
        ["--listen-addr", "--listen-metrics-addr"],
        ["--listen-metrics-addr", "--listen-addr"],
    ] {
        let arguments = [format!("{used}={address}"), format!("{free}=127.0.0.1:0")];
        let output = output(&mut installation.command(&arguments.each_ref().map(String::as_str)), "");
        assert!(output.code.is_some_and(|code| code != 0), "{used}");
        assert!(output.stderr.contains(&address), "{used}: {}", output.stderr);
    }
}
