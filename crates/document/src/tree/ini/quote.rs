use zeroize::Zeroizing;

use super::{read::key_name, value};

/// A value so that it is read as itself: as upstream writes it, or in the first quotes that hold it. Upstream loses quotes at the ends of
/// a value, and a backslash at its end.
pub(super) fn value(text: &str) -> Option<Zeroizing<String>> {
    let preferred = match text {
        _ if text.contains(['\n', '`']) => "\"\"\"",
        _ if text.contains(['#', ';']) => "`",
        _ if text.trim() != text => "\"",
        _ => "",
    };
    [preferred, "", "\"", "`", "\"\"\"", "'"].into_iter().find_map(|quote| {
        let quoted = Zeroizing::new([quote, text, quote].concat());
        let line = Zeroizing::new([quoted.as_str(), "\n"].concat());
        let read = value::read(&line, 0)?;
        let is_all = read.end == line.len() && read.comment.is_none();
        (is_all && *read.text == *text).then_some(quoted)
    })
}

/// A key so that it is read as itself.
pub(super) fn key(name: &str) -> Option<String> {
    let preferred = match name {
        _ if name.contains(['"', '=', ':']) => "`",
        _ if name.contains('`') => "\"\"\"",
        _ => "",
    };
    if name == "-" || name.is_empty() || name.contains('\n') {
        return None;
    }
    [preferred, "", "`", "\"", "\"\"\""].into_iter().find_map(|quote| {
        let quoted = [quote, name, quote].concat();
        let line = format!("{quoted} = v\n");
        let (read, length, _) = key_name(&line).ok()?;
        let is_key = !quoted.starts_with(['#', ';', '[']) && length == quoted.len();
        (is_key && read == name).then_some(quoted)
    })
}
