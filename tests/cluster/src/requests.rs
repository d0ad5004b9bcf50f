use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};

use serde_json::Value;

use crate::Cluster;
use crate::servers::audit_log;

/// How often what was asked for: `update secrets`, `update sealedsecrets/status` and so on.
pub type Requests = BTreeMap<String, usize>;

/// What controllers ask for in the namespaces of tests, read as it comes.
#[derive(Debug)]
pub struct RequestLog {
    file: BufReader<File>,
    counts: Requests,
}

impl RequestLog {
    /// From the end of the audit log on.
    pub fn from_now(cluster: &Cluster) -> Self {
        let mut log = Self::from_start(cluster);
        log.file.seek(SeekFrom::End(0)).unwrap();
        log
    }

    fn from_start(cluster: &Cluster) -> Self {
        Self {
            file: BufReader::new(File::open(audit_log(cluster.directory())).unwrap()),
            counts: Requests::new(),
        }
    }

    /// All so far.
    pub fn read(&mut self) -> &Requests {
        let mut line = String::new();
        while self.file.read_line(&mut line).unwrap() > 0 {
            if !line.ends_with('\n') {
                // Being written: it is read whole next time.
                self.file.seek_relative(-i64::try_from(line.len()).unwrap()).unwrap();
                break;
            }
            let event = serde_json::from_str(&line).unwrap();
            if let Some(request) = request(&event) {
                *self.counts.entry(request).or_default() += 1;
            }
            line.clear();
        }
        &self.counts
    }
}

impl Cluster {
    /// What controllers have asked for so far, in the namespaces of tests.
    pub fn requests(&self) -> Requests {
        RequestLog::from_start(self).read().clone()
    }

    /// What they have asked for since then.
    pub fn requests_since(&self, before: &Requests) -> Requests {
        let all = self.requests().into_iter();
        let changes = all.map(|(request, count)| (request.clone(), count - before.get(&request).unwrap_or(&0)));
        changes.filter(|(_, count)| *count > 0).collect()
    }
}

/// What an audit event (audit.k8s.io/v1) counts as.
fn request(event: &Value) -> Option<String> {
    let object = &event["objectRef"];
    let field = |name: &str| object[name].as_str().unwrap_or_default();
    let user = event["user"]["username"].as_str()?;
    let counts = event["stage"] == "ResponseComplete"
        && user.ends_with(":sealed-secrets-controller")
        && field("namespace").starts_with("test-");
    let slash = if field("subresource").is_empty() { "" } else { "/" };
    let verb = event["verb"].as_str().unwrap_or_default();
    counts.then(|| format!("{verb} {}{slash}{}", field("resource"), field("subresource")))
}
