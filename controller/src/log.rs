//! Log lines as Go's slog writes them, which is what readers of upstream's logs parse.
//!
//! Only our own lines are written. What libraries have to say is left out, since some print whole answers of the API server, Secrets
//! included.

use std::{
    fmt::{Debug, Write as _},
    io::Write as _,
    str::FromStr,
};

use jiff::{Timestamp, Unit};
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One JSON object.
    Json,
    /// `time=… level=INFO msg="…" key=value`.
    Text,
}

/// The least severity that is logged, as slog numbers it: DEBUG is -4, INFO 0, WARN 4, ERROR 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogLevel(i32);

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogOutput {
    /// INFO and below to stdout, the rest to stderr.
    Split,
    /// All to stderr.
    Stderr,
}

/// The text names no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: DEBUG, INFO, WARN, ERROR")]
pub(crate) struct ParseLogLevelError;

/// Begins to log. Later calls have no effect.
pub(crate) fn start(format: LogFormat, level: LogLevel, output: LogOutput) {
    // It fails only if there is a log already.
    let _ = tracing::subscriber::set_global_default(Log { format, level, output });
}

impl FromStr for LogLevel {
    type Err = ParseLogLevelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, offset) = match text.find(['+', '-']) {
            Some(place) => (&text[..place], text[place..].parse().map_err(|_| ParseLogLevelError)?),
            None => (text, 0),
        };
        let level: i32 = match name.to_ascii_uppercase().as_str() {
            "DEBUG" => -4,
            "INFO" => 0,
            "WARN" => 4,
            "ERROR" => 8,
            _ => return Err(ParseLogLevelError),
        };
        level.checked_add(offset).map(Self).ok_or(ParseLogLevelError)
    }
}

struct Log {
    format: LogFormat,
    level: LogLevel,
    output: LogOutput,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with(TARGET) && severity(*metadata.level()) >= self.level.0
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = *event.metadata().level();
        let line = line(self.format, Timestamp::now(), level, &fields);
        // There is nobody to tell that the log cannot be written.
        let _ = match self.output {
            LogOutput::Split if level >= Level::INFO => std::io::stdout().lock().write_all(line.as_bytes()),
            _ => std::io::stderr().lock().write_all(line.as_bytes()),
        };
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Fields {
    message: String,
    rest: Vec<(&'static str, Value)>,
}

impl Fields {
    fn add(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(message)) => self.message = message,
            (name, value) => self.rest.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, Value::String(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }
}

fn line(format: LogFormat, time: Timestamp, level: Level, fields: &Fields) -> String {
    let level = level.as_str();
    match format {
        LogFormat::Text => {
            let time = time.round(Unit::Millisecond).unwrap_or(time);
            let mut line = format!("time={time:.3} level={level} msg={}", quoted(&fields.message));
            for (key, value) in &fields.rest {
                let text = value.as_str().map_or_else(|| value.to_string(), quoted);
                // Writing to a String does not fail.
                let _ = write!(line, " {key}={text}");
            }
            line.push('\n');
            line
        }
        LogFormat::Json => {
            let mut object = Map::new();
            object.insert("time".to_owned(), time.to_string().into());
            object.insert("level".to_owned(), level.into());
            object.insert("msg".to_owned(), fields.message.as_str().into());
            object.extend(
                fields
                    .rest
                    .iter()
                    .map(|(key, value)| ((*key).to_owned(), value.clone())),
            );
            format!("{}\n", Value::Object(object))
        }
    }
}

/// slog quotes what would not be read back as one word.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '=');
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => Value::from(text).to_string(),
    }
}

fn severity(level: Level) -> i32 {
    match level {
        Level::ERROR => 8,
        Level::WARN => 4,
        Level::INFO => 0,
        Level::DEBUG => -4,
        Level::TRACE => -8,
    }
}

const TARGET: &str = "signet_controller";

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            message: "Certificate generated".to_owned(),
            rest: vec![
                ("name", "a".into()),
                ("pem", "a b\n\"=".into()),
                ("count", 3.into()),
                ("empty", "".into()),
            ],
        }
    }

    fn time() -> Timestamp {
        "2026-01-02T03:04:05.678912Z".parse().expect("a time")
    }

    #[test]
    fn text_is_slogs() {
        assert_eq!(
            line(LogFormat::Text, time(), Level::INFO, &fields()),
            "time=2026-01-02T03:04:05.679Z level=INFO msg=\"Certificate generated\" name=a pem=\"a b\\n\\\"=\" count=3 empty=\"\"\n"
        );
    }

    #[test]
    fn json_is_slogs() {
        assert_eq!(
            line(LogFormat::Json, time(), Level::WARN, &fields()),
            "{\"time\":\"2026-01-02T03:04:05.678912Z\",\"level\":\"WARN\",\"msg\":\"Certificate generated\",\"name\":\"a\",\"pem\":\"a b\\n\\\"=\",\"count\":3,\"empty\":\"\"}\n"
        );
    }

    #[test]
    fn levels_with_offsets() {
        for (text, level) in [
            ("DEBUG", -4),
            ("info", 0),
            ("Warn", 4),
            ("ERROR", 8),
            ("INFO+2", 2),
            ("error-4", 4),
        ] {
            assert_eq!(text.parse(), Ok(LogLevel(level)), "{text}");
        }
        for wrong in ["", "LOUD", "INFO+", "INFO+x", "+2", "ERROR+2147483647"] {
            assert_eq!(wrong.parse::<LogLevel>(), Err(ParseLogLevelError), "{wrong}");
        }
    }
}
