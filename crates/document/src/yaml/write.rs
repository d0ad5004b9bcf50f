use zeroize::Zeroizing;

use super::{
    order::sort,
    scalar::{Style, needs_escape, push_escaped, style},
};
use crate::{Mapping, Node, Value, output::Output, schema::kubernetes};

/// Writes a value as YAML in the layout of kubeseal, which is that of sigs.k8s.io/yaml: keys in natural order, sequences as far left as
/// the key that they belong to, texts of several lines as blocks, long lines folded behind column 80. There is no `---`.
///
/// It differs in U+2028 and U+2029 alone, which are escaped here, and in control characters, which sigs.k8s.io/yaml refuses to write.
pub fn write_yaml(node: &Node) -> Zeroizing<String> {
    let mut writer = Writer {
        output: Output::default(),
        column: 0,
        whitespace: true,
        indention: true,
    };
    writer.node(node, None, false);
    writer.indent(0);
    writer.output.finish()
}

/// Writes as the emitter of go.yaml.in/yaml/v2 does (`emitterc.go`), in block style.
struct Writer {
    output: Output,
    /// Characters on the line so far.
    column: usize,
    /// Whether the next token needs no space in front.
    whitespace: bool,
    /// Whether the line has nothing but spaces and the indicators of collections so far.
    indention: bool,
}

impl Writer {
    /// `parent` is the indentation of the collection that the value stands in, and `owned` whether it belongs to a key.
    fn node(&mut self, node: &Node, parent: Option<usize>, owned: bool) {
        match &node.value {
            Value::Null => self.word("null"),
            Value::Bool(value) => self.word(if *value { "true" } else { "false" }),
            Value::Integer(value) => self.word(&value.to_string()),
            Value::Float(value) => self.word(&kubernetes::float_scalar(*value)),
            Value::String(text) => self.text(text, deeper(parent.or(Some(0))), false),
            Value::Sequence(items) if items.is_empty() => self.word("[]"),
            Value::Sequence(items) => self.sequence(items, parent, owned),
            Value::Mapping(mapping) if mapping.is_empty() => self.word("{}"),
            Value::Mapping(mapping) => self.mapping(mapping, deeper(parent)),
        }
    }

    fn sequence(&mut self, items: &[Node], parent: Option<usize>, owned: bool) {
        let indent = match parent {
            Some(indent) if owned && !self.indention => indent,
            _ => deeper(parent),
        };
        for item in items {
            self.indent(indent);
            self.indicator("-");
            self.node(item, Some(indent), false);
        }
    }

    fn mapping(&mut self, mapping: &Mapping, indent: usize) {
        for (key, value) in sort(mapping.entries().collect(), |(key, _)| &key.name) {
            self.indent(indent);
            if key.name.len() <= LONGEST_SIMPLE_KEY && !key.name.contains(LINE_BREAKS) {
                self.text(&key.name, indent + 2, true);
                self.put(':');
                (self.whitespace, self.indention) = (false, false);
            } else {
                self.indicator("?");
                self.text(&key.name, indent + 2, false);
                self.indent(indent);
                self.indicator(":");
            }
            self.node(value, Some(indent), true);
        }
    }

    fn text(&mut self, text: &str, indent: usize, key: bool) {
        match style(text, key) {
            Style::Plain => {
                self.space();
                self.folded(text, false, indent, key);
            }
            Style::Single => {
                self.open('\'');
                self.folded(text, true, indent, key);
                self.put('\'');
            }
            Style::Double => {
                self.open('"');
                self.escaped(text, indent, key);
                self.put('"');
            }
            Style::Literal => return self.block(text, indent),
        }
        (self.whitespace, self.indention) = (false, false);
    }
}

impl Writer {
    /// Text without quotes or in single ones. Where it may be broken, the first space behind column 80 becomes a line break.
    fn folded(&mut self, text: &str, quoted: bool, indent: usize, key: bool) {
        let mut previous = None;
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            let next = rest.clone().next();
            let alone = character == ' ' && previous.is_some_and(|c| c != ' ') && next.is_some_and(|c| c != ' ');
            if alone && !key && self.column > WIDTH {
                self.indent(indent);
            } else {
                self.put(character);
            }
            if quoted && character == '\'' {
                self.put(character);
            }
            previous = Some(character);
        }
    }

    /// Text inside double quotes, broken as the other one; a space that starts the new line is escaped.
    fn escaped(&mut self, text: &str, indent: usize, key: bool) {
        // An oddity of the original: behind a byte order mark everything is escaped.
        let marked = text.starts_with('\u{feff}');
        let mut previous = None;
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            let next = rest.clone().next();
            let first = character == ' ' && previous.is_some_and(|c| c != ' ') && next.is_some();
            if marked || needs_escape(character) || matches!(character, '\n' | '"' | '\\') {
                self.escape(character);
            } else if first && !key && self.column > WIDTH {
                self.indent(indent);
                if next == Some(' ') {
                    self.put('\\');
                }
            } else {
                self.put(character);
            }
            previous = Some(character);
        }
    }

    fn escape(&mut self, character: char) {
        let before = self.output.len();
        push_escaped(character, &mut self.output);
        // An escape is ASCII: as many columns as bytes.
        self.column += self.output.len() - before;
    }

    /// Text as a block of lines behind `|`.
    fn block(&mut self, text: &str, indent: usize) {
        self.open('|');
        if text.starts_with([' ', '\n']) {
            self.put('2');
        }
        if !text.ends_with('\n') {
            self.put('-');
        } else if text == "\n" || text.ends_with("\n\n") {
            self.put('+');
        }
        self.line_break();
        for line in text.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            if !content.is_empty() {
                self.indent(indent);
                self.put_all(content);
                self.indention = false;
            }
            if content.len() < line.len() {
                self.line_break();
            }
        }
    }

    fn word(&mut self, word: &str) {
        self.space();
        self.put_all(word);
        (self.whitespace, self.indention) = (false, false);
    }

    /// An indicator of a collection, behind which another one may start on the same line.
    fn indicator(&mut self, indicator: &str) {
        self.space();
        self.put_all(indicator);
        self.whitespace = false;
    }

    fn open(&mut self, indicator: char) {
        self.space();
        self.put(indicator);
        (self.whitespace, self.indention) = (false, false);
    }

    /// Goes to a column: on this line if nothing but indicators stands before it, else on a new one.
    fn indent(&mut self, indent: usize) {
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        (self.whitespace, self.indention) = (true, true);
    }

    fn line_break(&mut self) {
        self.output.push('\n');
        self.column = 0;
        (self.whitespace, self.indention) = (true, true);
    }

    fn space(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    fn put_all(&mut self, text: &str) {
        self.output.push_str(text);
        self.column += text.chars().count();
    }

    fn put(&mut self, character: char) {
        self.output.push(character);
        self.column += 1;
    }
}

fn deeper(indent: Option<usize>) -> usize {
    indent.map_or(0, |indent| indent + 2)
}

/// Lines are broken at the first space behind this column.
const WIDTH: usize = 80;

/// Bytes of a key from which on it is written behind `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// What YAML 1.1 takes for the end of a line.
const LINE_BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
