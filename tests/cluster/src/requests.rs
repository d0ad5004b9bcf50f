use std::collections::BTreeMap;

use crate::Cluster;

/// How often what was asked for: `update secrets`, `update sealedsecrets/status` and so on.
pub type Requests = BTreeMap<String, usize>;

impl Cluster {
    /// What controllers have asked for so far, in the namespaces of tests.
    pub fn requests(&self) -> Requests {
        let mut counts = BTreeMap::new();
        for event in self.audit() {
            let object = &event["objectRef"];
            let field = |name: &str| object[name].as_str().unwrap_or_default();
            let ours = event["user"]["username"]
                .as_str()
                .is_some_and(|user| user.ends_with(":sealed-secrets-controller"));
            if event["stage"] != "ResponseComplete" || !ours || !field("namespace").starts_with("test-") {
                continue;
            }
            let slash = if field("subresource").is_empty() { "" } else { "/" };
            let verb = event["verb"].as_str().unwrap_or_default();
            let request = format!("{verb} {}{slash}{}", field("resource"), field("subresource"));
            *counts.entry(request).or_default() += 1;
        }
        counts
    }

    /// What they have asked for since then.
    pub fn requests_since(&self, before: &Requests) -> Requests {
        let all = self.requests().into_iter();
        let changes = all.map(|(request, count)| (request.clone(), count - before.get(&request).unwrap_or(&0)));
        changes.filter(|(_, count)| *count > 0).collect()
    }
}
