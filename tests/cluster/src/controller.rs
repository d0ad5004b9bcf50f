use std::ops::{Deref, DerefMut};

use crate::{DEADLINE, Process, wait_for};

/// A running controller; also the [`Process`] that it is.
#[derive(Debug)]
pub struct Controller {
    process: Process,
    port: u16,
    metrics_port: u16,
}

impl Controller {
    pub(crate) fn new(process: Process, port: u16, metrics_port: u16) -> Self {
        Self {
            process,
            port,
            metrics_port,
        }
    }

    /// The status and the body that it answers to GET `path`, asked directly; none while it does not listen.
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        get(self.port, path)
    }

    /// The URL of `path`, asked directly.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Where it serves its metrics.
    pub fn metrics_address(&self) -> String {
        format!("127.0.0.1:{}", self.metrics_port)
    }

    /// The certificate that it serves (PEM).
    ///
    /// # Panics
    ///
    /// When it serves none.
    pub fn certificate(&self) -> String {
        let (status, body) = self.get("/v1/cert.pem").expect("the controller listens");
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The sum of the samples of the metric `name`, over all labels; 0 when there are none.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.metrics();
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        let samples = samples.filter(|line| line.split(['{', ' ']).next() == Some(name));
        samples
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    /// Its metrics in Prometheus text.
    ///
    /// # Panics
    ///
    /// When it does not serve them.
    pub fn metrics(&self) -> String {
        let (status, body) = get(self.metrics_port, "/metrics").expect("the metrics port listens");
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Waits until `/readyz` answers 200.
    pub fn wait_ready(&self) {
        wait_for("the controller is ready", DEADLINE, || {
            self.get("/readyz").filter(|(status, _)| *status == 200)
        });
    }
}

impl Deref for Controller {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Controller {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

fn get(port: u16, path: &str) -> Option<(u16, String)> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let mut response = agent.get(format!("http://127.0.0.1:{port}{path}")).call().ok()?;
    Some((response.status().as_u16(), response.body_mut().read_to_string().ok()?))
}
