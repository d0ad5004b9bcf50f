use crate::{Document, Format, Limits, Position, ReadError, json, yaml};

/// The documents of a text, in order. After an error there are no more.
pub struct Documents<'a> {
    state: State<'a>,
    limits: Limits,
    /// What the text has behind the part that can be read.
    broken: Option<ReadError>,
}

/// Reads the documents of a text, one by one: JSON if its first character is `{`, else YAML. A byte order mark is skipped.
///
/// Scalars are read as sigs.k8s.io/yaml reads them, so as YAML 1.1: `y`, `no` and `on` are booleans, `0123` is 83. Of entries with the
/// same name the last one counts; [`Document::duplicates`] tells. Documents without content are left out.
///
/// As in kubeseal, a text that starts like JSON is YAML from its first or second document on, if only that can be read: `{a: b}`, or
/// `---` behind a JSON object.
///
/// # Errors
/// The iterator ends with a [`ReadError`] where the text is wrong. The documents before it are complete.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Documents<'a> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = readable(bytes);
    let position = Position::default();
    let mut broken = (text.len() < bytes.len()).then(|| ReadError::Encoding(position.after(text)));
    let state = if bytes.len() > limits.bytes {
        State::Failed(ReadError::TooLarge {
            position,
            limit: limits.bytes,
        })
    } else if is_utf16(bytes) {
        State::Failed(ReadError::Encoding(position))
    } else if Format::detect(bytes) == Format::Json {
        State::Json {
            reader: json::Reader::new(text, *limits),
            read: 0,
        }
    } else {
        State::Yaml(Box::new(yaml::Reader::new(text, position, broken.take(), *limits)))
    };
    Documents {
        state,
        limits: *limits,
        broken,
    }
}

impl Format {
    /// The notation of a text as Kubernetes guesses it (`GuessJSONStream`): JSON if the first character that is not blank is `{`.
    pub fn detect(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        if bytes.trim_ascii_start().starts_with(b"{") {
            Self::Json
        } else {
            Self::Yaml
        }
    }
}

enum State<'a> {
    Failed(ReadError),
    Json { reader: json::Reader<'a>, read: usize },
    Yaml(Box<yaml::Reader<'a>>),
    End,
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (item, state) = match std::mem::replace(&mut self.state, State::End) {
            State::Failed(error) => (Some(Err(error)), State::End),
            State::Json { reader, read } => self.next_json(reader, read),
            State::Yaml(mut reader) => (reader.next_document(), State::Yaml(reader)),
            State::End => (None, State::End),
        };
        if let Some(Ok(_)) = &item {
            self.state = state;
        }
        item
    }
}

impl<'a> Documents<'a> {
    fn next_json(
        &mut self,
        mut reader: json::Reader<'a>,
        read: usize,
    ) -> (Option<Result<Document, ReadError>>, State<'a>) {
        let (before, origin) = (reader.rest(), reader.position());
        let error = match (reader.next_document(), self.broken.take()) {
            (Some(Err(_)) | None, Some(broken)) => return (Some(Err(broken)), State::End),
            (Some(Err(error)), None) => error,
            (item, broken) => {
                self.broken = broken;
                return (item, State::Json { reader, read: read + 1 });
            }
        };
        let past_two = read > 1;
        let limited = !matches!(error, ReadError::Syntax { .. });
        if past_two || limited {
            return (Some(Err(error)), State::End);
        }
        let mut reader = yaml::Reader::new(before, origin, None, self.limits);
        match reader.next_document() {
            Some(Err(other))
                if error.hint().is_some() || is_json_object(before) || other.position() < error.position() =>
            {
                (Some(Err(error)), State::End)
            }
            item => (item, State::Yaml(Box::new(reader))),
        }
    }
}

/// Whether the text starts with `{"`, blanks apart, so that who wrote it thought of JSON.
fn is_json_object(text: &str) -> bool {
    text.trim_ascii_start()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_ascii_start().starts_with('"'))
}

/// The part of the text before the first byte that is not UTF-8.
fn readable(bytes: &[u8]) -> &str {
    let length = std::str::from_utf8(bytes)
        .err()
        .map_or(bytes.len(), |error| error.valid_up_to());
    bytes
        .get(..length)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .unwrap_or_default()
}

/// Whether the text is UTF-16, with a byte order mark or starting with two characters of ASCII.
fn is_utf16(bytes: &[u8]) -> bool {
    let marked = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let zeros = bytes.first_chunk().map(|start: &[u8; 4]| start.map(|byte| byte == 0));
    marked || matches!(zeros, Some([true, false, true, false] | [false, true, false, true]))
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
