use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::servers::free_port;
use crate::{Cluster, Controller, DEADLINE, Process, peer, wait_for};

/// A running Prometheus that scrapes controllers and evaluates its rules, both every second.
///
/// The controllers' samples have the labels that a ServiceMonitor gives them: `job`, `namespace` and `pod`, of which those that a sample
/// has itself stay as they are.
#[derive(Debug)]
pub struct Prometheus {
    _process: Process,
    port: u16,
    targets: PathBuf,
    agent: ureq::Agent,
}

impl Prometheus {
    /// Starts one with `rules` (the text of a rule file) and waits until it is ready. It scrapes nothing yet.
    pub fn start(cluster: &Cluster, rules: &str) -> Self {
        let port = free_port();
        let folder = cluster.directory().join(format!("prometheus-{port}"));
        fs::create_dir_all(&folder).unwrap();
        let [configuration, rule_file, targets] =
            ["prometheus.yaml", "rules.yaml", "targets.json"].map(|name| folder.join(name));
        fs::write(&rule_file, rules).unwrap();
        fs::write(&targets, "[]").unwrap();
        let settings = json!({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [rule_file],
            "scrape_configs": [{
                "job_name": JOB, "honor_labels": true, "file_sd_configs": [{"files": [targets], "refresh_interval": "1s"}],
            }],
        });
        fs::write(&configuration, settings.to_string()).unwrap();
        let mut command = cluster.command(peer("prometheus"));
        command
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let prometheus = Self {
            _process: cluster.spawn("prometheus", command),
            port,
            targets,
            agent,
        };
        wait_for("Prometheus is ready", DEADLINE, || {
            let answer = prometheus.agent.get(prometheus.url("/-/ready")).call().ok()?;
            (answer.status() == 200).then_some(())
        });
        prometheus
    }

    /// Scrapes these controllers of `namespace` from now on, and no other, and waits until it has samples of each.
    pub fn scrape(&self, namespace: &str, controllers: &[&Controller]) {
        let groups = controllers.iter().enumerate().map(|(index, controller)| {
            json!({
                "targets": [controller.metrics_address()],
                "labels": {"namespace": namespace, "pod": format!("controller-{index}")},
            })
        });
        let groups = Value::from_iter(groups);
        // It may read while this writes.
        let new = self.targets.with_extension("new");
        fs::write(&new, groups.to_string()).unwrap();
        fs::rename(new, &self.targets).unwrap();
        wait_for("Prometheus has scraped the controllers", DEADLINE, || {
            let up = self.query(&format!("up{{job=\"{JOB}\"}} == 1"));
            (up.len() == controllers.len()).then_some(())
        });
    }

    /// The samples of an instant vector, now.
    ///
    /// # Panics
    ///
    /// When the query is refused.
    pub fn query(&self, query: &str) -> Vec<Value> {
        let answer = self.get("/api/v1/query", &[("query", query)]);
        answer["data"]["result"].as_array().cloned().unwrap_or_default()
    }

    /// The values of a label among the series that a selector matches.
    ///
    /// # Panics
    ///
    /// When the selector is refused.
    pub fn label_values(&self, selector: &str, label: &str) -> Vec<Value> {
        let answer = self.get(&format!("/api/v1/label/{label}/values"), &[("match[]", selector)]);
        answer["data"].as_array().cloned().unwrap_or_default()
    }

    /// The names of the alerts that fire.
    pub fn firing(&self) -> BTreeSet<String> {
        let answer = self.get("/api/v1/alerts", &[]);
        let alerts = answer["data"]["alerts"].as_array().cloned().unwrap_or_default();
        let firing = alerts.iter().filter(|alert| alert["state"] == "firing");
        firing
            .filter_map(|alert| alert["labels"]["alertname"].as_str().map(str::to_owned))
            .collect()
    }

    /// When its rules were last evaluated, once all have been and without an error.
    ///
    /// # Panics
    ///
    /// When a rule has an error.
    pub fn evaluation(&self) -> Option<String> {
        let answer = self.get("/api/v1/rules", &[]);
        let groups = answer["data"]["groups"].as_array()?;
        for rule in groups
            .iter()
            .flat_map(|group| group["rules"].as_array().into_iter().flatten())
        {
            assert!(rule["lastError"].is_null(), "{rule}");
            (rule["health"] == "ok").then_some(())?;
        }
        Some(groups.first()?["lastEvaluation"].as_str()?.to_owned())
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in query {
            request = request.query(name, value);
        }
        let mut answer = request.call().unwrap();
        let body: Value = answer.body_mut().read_json().unwrap();
        assert_eq!(body["status"], "success", "{query:?}: {body}");
        body
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// The Service by which a ServiceMonitor of the chart finds the controllers.
const JOB: &str = "sealed-secrets-controller-metrics";
