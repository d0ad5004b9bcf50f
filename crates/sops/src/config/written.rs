use signet_document::{Limits, Node, Position, Value, read};

/// The text of a configuration by lines and columns.
///
/// A reader of YAML says that `no` is a boolean and `1.50` a number. Where Go has a field of type string it keeps the characters instead.
pub(super) struct Written(Vec<Vec<char>>);

impl Written {
    pub(super) fn new(text: &[u8]) -> Self {
        let text = std::str::from_utf8(text).unwrap_or_default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self(text.split('\n').map(|line| line.chars().collect()).collect())
    }

    /// The characters of a number or boolean without quotes; none where they are not to be found at its place, as with a tag.
    pub(super) fn plain(&self, node: &Node) -> Option<String> {
        let Position { line, column } = node.position;
        let line = self.0.get(line.checked_sub(1)?)?;
        let rest = line.get(column.checked_sub(1)?..)?;
        let is_inside = |character: &&char| !character.is_whitespace() && !matches!(character, ',' | ']' | '}');
        let text: String = rest.iter().take_while(is_inside).collect();
        let again = read(text.as_bytes(), &Limits::default()).next()?.ok()?;
        is_same(&again.root.value, &node.value).then_some(text)
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Integer(one), Value::Integer(other)) => one == other,
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        _ => false,
    }
}
