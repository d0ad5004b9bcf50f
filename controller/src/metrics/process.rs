//! What the process takes, under the names that all clients of Prometheus have for it.

use std::{fmt, fs, time::SystemTime};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};
use rustix::param::{clock_ticks_per_second, page_size};

/// Read from the kernel whenever somebody asks (proc(5)); where there is no `/proc`, the start alone is told.
#[derive(Debug)]
pub(super) struct Process {
    start: SystemTime,
}

impl Process {
    /// It starts now.
    pub(super) fn new() -> Self {
        Self {
            start: SystemTime::now(),
        }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut show = |name: &str, help: &str, metric: &dyn EncodeMetric| {
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)
        };
        let start = self.start.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let start = ConstGauge::new(start.as_secs_f64());
        show("process_start_time_seconds", "When the process started", &start)?;
        if let Some(seconds) = processor_seconds() {
            let metric = ConstCounter::new(seconds);
            show("process_cpu_seconds", "Processor time, of the kernel too", &metric)?;
        }
        if let Some(bytes) = resident_bytes() {
            let metric = ConstGauge::new(bytes);
            show("process_resident_memory_bytes", "Resident memory", &metric)?;
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            // One of them is that of the folder.
            let metric = ConstGauge::new(i64::try_from(open.count()).unwrap_or(i64::MAX) - 1);
            show("process_open_fds", "Open file descriptors", &metric)?;
        }
        Ok(())
    }
}

fn processor_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program is in brackets, and may hold spaces.
    let (_, fields) = text.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|field| field.parse::<u64>().ok()).sum::<Option<_>>()?;
    Some(ticks as f64 / clock_ticks_per_second() as f64)
}

fn resident_bytes() -> Option<i64> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: i64 = text.split_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(i64::try_from(page_size()).ok()?)
}
