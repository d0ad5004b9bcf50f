use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Namespace};
use signet_sealing_keys::Certificate;

use crate::outcome::{items, outcome};
use crate::sealed::sealed;
use crate::situation::Situation;
use crate::steps::Site;

/// Takes all situations through their steps under the running controller, whose certificate that is; their outcomes.
pub(crate) fn run(cluster: &Cluster, certificate: &str, situations: &[Situation]) -> Vec<Value> {
    let certificate = Certificate::from_pem(certificate.as_bytes()).unwrap();
    let namespaces: Vec<_> = situations.iter().map(|_| Namespace::fresh(cluster)).collect();
    let marks = Namespace::fresh(cluster);
    let site = |namespace| Site {
        cluster,
        namespace,
        certificate: &certificate,
    };
    let run = Run {
        namespaces: namespaces.iter().map(Namespace::name).collect(),
        marks: site(marks.name()),
    };
    let longest = situations
        .iter()
        .map(|situation| situation.steps.len())
        .max()
        .unwrap_or_default();
    for number in 0..longest {
        for (situation, namespace) in situations.iter().zip(&namespaces) {
            if let Some(step) = situation.steps.get(number) {
                step(&site(namespace.name()));
            }
        }
        run.settle(number, QUIET);
    }
    run.settle(longest, PRECEDENCE);
    namespaces
        .iter()
        .map(|namespace| outcome(cluster, namespace.name()))
        .collect()
}

struct Run<'a> {
    namespaces: BTreeSet<&'a str>,
    /// Where SealedSecrets are made that the controller sees after all else.
    marks: Site<'a>,
}

impl Run<'_> {
    /// Waits until the controller has seen all, has told of each generation, the garbage collector has nothing to do, and nothing has
    /// changed for that long. What is tried again and changes nothing is rest.
    fn settle(&self, number: usize, quiet: Duration) {
        let mark = format!("mark-{number}");
        sealed(json!({"a": "1"})).named(&mark).create()(&self.marks);
        self.marks.cluster.wait_synced(self.marks.namespace, &mark);
        let start = Instant::now();
        let (mut before, mut since) = (BTreeSet::new(), Instant::now());
        while since.elapsed() < quiet {
            sleep(INTERVAL);
            let [sealed, secrets, events] = LISTS.map(|path| self.list(path));
            let now: BTreeSet<_> = [&sealed, &secrets, &events]
                .into_iter()
                .flatten()
                .map(version)
                .collect();
            if now != before || !sealed.iter().all(is_told) || !is_collected(&sealed, &secrets) {
                before = now;
                since = Instant::now();
            }
            let waiting: Vec<_> = sealed.iter().filter(|sealed| !is_told(sealed)).collect();
            assert!(
                start.elapsed() < DEADLINE + quiet,
                "no rest after step {number}: {waiting:?}"
            );
        }
    }

    fn list(&self, path: &str) -> Vec<Value> {
        let is_here = |object: &Value| {
            self.namespaces
                .contains(object["metadata"]["namespace"].as_str().unwrap())
        };
        items(self.marks.cluster, path).into_iter().filter(is_here).collect()
    }
}

/// Every write that changes an object changes that.
fn version(object: &Value) -> String {
    let metadata = &object["metadata"];
    format!("{} {}", metadata["uid"], metadata["resourceVersion"])
}

fn is_told(sealed: &Value) -> bool {
    sealed["status"]["observedGeneration"] == sealed["metadata"]["generation"]
}

/// Whether the garbage collector has deleted the Secrets of all SealedSecrets that are gone.
fn is_collected(sealed: &[Value], secrets: &[Value]) -> bool {
    let uids: BTreeSet<_> = sealed
        .iter()
        .filter_map(|sealed| sealed["metadata"]["uid"].as_str())
        .collect();
    let mut owners = secrets
        .iter()
        .filter_map(|secret| secret["metadata"]["ownerReferences"].as_array())
        .flatten();
    owners.all(|owner| owner["kind"] != "SealedSecret" || uids.contains(owner["uid"].as_str().unwrap()))
}

const LISTS: [&str; 3] = [
    "/apis/bitnami.com/v1alpha1/sealedsecrets",
    "/api/v1/secrets",
    "/api/v1/events",
];

const INTERVAL: Duration = Duration::from_millis(100);

const QUIET: Duration = Duration::from_secs(2);

/// Ours leaves it to the owner of a Secret to make it anew, for ten seconds.
const PRECEDENCE: Duration = Duration::from_secs(12);
