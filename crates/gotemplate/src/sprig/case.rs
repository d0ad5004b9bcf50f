//! Cases of words (github.com/huandu/xstrings 1.5, github.com/Masterminds/goutils, Go's `strings.Title`).

use super::runes;

/// Every word with a capital, connectors dropped (`ToPascalCase`).
pub(super) fn pascal(text: &[u8]) -> Vec<u8> {
    let letters: Vec<char> = runes::each(text).map(|(_, rune)| rune).collect();
    let leading = letters.iter().take_while(|rune| is_connector(**rune)).count();
    let mut out: Vec<char> = letters[..leading].to_vec();
    let Some((&head, rest)) = letters[leading..].split_first() else {
        // Of connectors alone, the last comes twice.
        out.extend(letters.last());
        return encoded(&out);
    };
    // While capitals follow a capital at the start of a word, they are lowered; one other rune ends that.
    let mut lowering = runes::is_upper(head);
    let mut current = runes::to_upper(head);
    for &rune in rest {
        let before = std::mem::replace(&mut current, rune);
        if is_connector(rune) && is_connector(before) {
            out.push(before);
            continue;
        }
        if is_connector(before) {
            lowering = runes::is_upper(rune);
            current = runes::to_upper(rune);
            continue;
        }
        if lowering {
            lowering = runes::is_upper(rune);
            current = if lowering { runes::to_lower(rune) } else { rune };
        }
        out.push(before);
    }
    out.push(current);
    encoded(&out)
}

/// Words in lower case, with connectors between them (`ToSnakeCase`, `ToKebabCase`).
pub(super) fn connected(text: &[u8], connector: char) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::with_capacity(text.len() * 2),
        connector,
        rest: text,
    };
    let mut word = writer.next();
    while !writer.rest.is_empty() {
        if word.class != Class::Connector {
            writer.lower(word);
        }
        let before = word;
        word = writer.next();
        match before.class {
            Class::Number => {
                word = writer.glued(word);
                if !matches!(word.class, Class::Invalid | Class::Punctuation | Class::Connector) {
                    runes::push(&mut writer.out, connector);
                }
            }
            Class::Connector => writer.lower(before),
            Class::Punctuation => {}
            _ if word.class != Class::Number => {
                if !matches!(word.class, Class::Connector | Class::Punctuation) {
                    runes::push(&mut writer.out, connector);
                }
            }
            _ if writer.rest.is_empty() => {}
            _ => word = writer.number_after_word(word),
        }
    }
    writer.lower(word);
    writer.out
}

struct Writer<'t> {
    out: Vec<u8>,
    connector: char,
    rest: &'t [u8],
}

#[derive(Clone, Copy)]
struct Word<'t> {
    class: Class,
    text: &'t [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Alphabet,
    Connector,
    Invalid,
    Number,
    Other,
    Punctuation,
    Upper,
}

impl<'t> Writer<'t> {
    fn next(&mut self) -> Word<'t> {
        let (class, length) = word(self.rest);
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        Word { class, text }
    }

    /// Letters and numbers that follow a number directly belong to it.
    fn glued(&mut self, word: Word<'t>) -> Word<'t> {
        let mut word = word;
        while matches!(word.class, Class::Alphabet | Class::Number) {
            self.lower(word);
            word = self.next();
        }
        word
    }

    /// A number belongs to the word before it (`bld4_floor`) unless small letters follow (`http_2xx`).
    fn number_after_word(&mut self, number: Word<'t>) -> Word<'t> {
        let word = self.next();
        if word.class != Class::Alphabet {
            self.lower(number);
            if !matches!(word.class, Class::Connector | Class::Punctuation) {
                runes::push(&mut self.out, self.connector);
            }
            return word;
        }
        runes::push(&mut self.out, self.connector);
        self.lower(number);
        let word = self.glued(word);
        if !matches!(word.class, Class::Invalid | Class::Connector | Class::Punctuation) {
            runes::push(&mut self.out, self.connector);
        }
        word
    }

    fn lower(&mut self, word: Word<'_>) {
        if !matches!(word.class, Class::Upper | Class::Connector) {
            self.out.extend_from_slice(word.text);
            return;
        }
        for (_, rune) in runes::each(word.text) {
            let lowered = match rune {
                rune if is_connector(rune) => self.connector,
                rune if runes::is_upper(rune) => runes::to_lower(rune),
                rune => rune,
            };
            runes::push(&mut self.out, lowered);
        }
    }
}

/// The class of the word that a text starts with, and its length.
fn word(text: &[u8]) -> (Class, usize) {
    let (rune, size) = valid(text, char::REPLACEMENT_CHARACTER);
    let run = |fits: fn(char) -> bool| size + while_valid(&text[size..], rune, fits);
    match rune {
        char::REPLACEMENT_CHARACTER => (Class::Invalid, size),
        _ if is_connector(rune) => (Class::Connector, run(is_connector)),
        _ if runes::is_punctuation(rune) => (Class::Punctuation, run(runes::is_punctuation)),
        _ if runes::is_upper(rune) => (Class::Upper, upper(text, rune, size)),
        _ if is_alphabet(rune) => (Class::Alphabet, run(is_small)),
        _ if runes::is_number(rune) => (Class::Number, run(runes::is_number)),
        _ => (
            Class::Other,
            run(|rune| {
                !(is_connector(rune) || is_alphabet(rune) || runes::is_number(rune) || runes::is_punctuation(rune))
            }),
        ),
    }
}

/// A capital with small letters, or several capitals: without the last where a letter follows, as in `HTTPStatus`.
fn upper(text: &[u8], head: char, size: usize) -> usize {
    let rest = &text[size..];
    if rest.is_empty() {
        return size;
    }
    let (second, _) = valid(rest, head);
    if !runes::is_upper(second) {
        return size
            + if is_alphabet(second) {
                while_valid(rest, head, is_small)
            } else {
                0
            };
    }
    let (mut end, mut last, mut rune) = (size, 0, head);
    while end < text.len() {
        let (next, length) = valid(&text[end..], rune);
        rune = next;
        if !runes::is_upper(next) {
            break;
        }
        last = length;
        end += length;
    }
    if end < text.len() && is_alphabet(rune) {
        end - last
    } else {
        end
    }
}

/// Length of the runes at the start that fit.
fn while_valid(text: &[u8], before: char, fits: fn(char) -> bool) -> usize {
    let (mut end, mut rune) = (0, before);
    while end < text.len() {
        let (next, length) = valid(&text[end..], rune);
        rune = next;
        if !fits(next) || length == 0 {
            break;
        }
        end += length;
    }
    end
}

/// The first rune that is UTF-8 and the length up to its end; `before` if there is none.
fn valid(text: &[u8], before: char) -> (char, usize) {
    let found = runes::each(text).find(|(_, rune)| *rune != char::REPLACEMENT_CHARACTER);
    found.map_or((before, text.len()), |(at, rune)| (rune, at + rune.len_utf8()))
}

fn is_small(rune: char) -> bool {
    is_alphabet(rune) && !runes::is_upper(rune)
}

/// Letters but for Chinese characters, which are words of another kind.
fn is_alphabet(rune: char) -> bool {
    let chinese = matches!(rune, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}');
    runes::is_letter(rune) && !chinese
}

fn is_connector(rune: char) -> bool {
    matches!(rune, '-' | '_') || runes::is_space(rune)
}

fn encoded(letters: &[char]) -> Vec<u8> {
    letters.iter().collect::<String>().into_bytes()
}

/// A capital at each start of a word, and nothing else changed (`strings.Title`).
pub(super) fn title(text: &[u8]) -> Vec<u8> {
    let mut before = ' ';
    runes::map(text, |rune| {
        let starts = is_separator(std::mem::replace(&mut before, rune));
        if starts { runes::to_title(rune) } else { rune }
    })
}

fn is_separator(rune: char) -> bool {
    match rune {
        '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' => false,
        '\0'..='\u{7f}' => true,
        _ => !runes::is_letter(rune) && !runes::is_digit(rune) && runes::is_space(rune),
    }
}

/// The first letter of each word small (`Uncapitalize`).
pub(super) fn untitle(text: &[u8]) -> Vec<u8> {
    let mut starts = true;
    runes::map(text, |rune| {
        let first = std::mem::replace(&mut starts, runes::is_space(rune));
        if first { runes::to_lower(rune) } else { rune }
    })
}

/// Small letters for capitals and the other way round; title case at the start of a word (`SwapCase`).
pub(super) fn swap(text: &[u8]) -> Vec<u8> {
    let mut starts = true;
    runes::map(text, |rune| {
        let first = std::mem::replace(&mut starts, false);
        if runes::is_upper(rune) || runes::is_title(rune) {
            runes::to_lower(rune)
        } else if runes::is_lower(rune) {
            if first {
                runes::to_title(rune)
            } else {
                runes::to_upper(rune)
            }
        } else {
            starts = runes::is_space(rune);
            rune
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn words_are_connected() {
        for (text, expected) in [
            ("", ""),
            ("FirstName", "first_name"),
            ("HTTPServer", "http_server"),
            ("NoHTTPS", "no_https"),
            ("GO_PATH", "go_path"),
            ("GO PATH", "go_path"),
            ("http2xx", "http_2xx"),
            ("HTTP20xOK", "http_20x_ok"),
            ("Duration2m3s", "duration_2m3s"),
            ("Bld4Floor3rd", "bld4_floor_3rd"),
            ("a1b2", "a_1b2"),
            (" _-_ ", "_____"),
            ("foo.barBaz", "foo.bar_baz"),
            ("x.y/z", "x.y/z"),
            ("日本語Text", "日本語_text"),
            ("\u{20ac}Price", "\u{20ac}_price"),
        ] {
            assert_eq!(of(connected(text.as_bytes(), '_')), expected, "{text}");
        }
        assert_eq!(of(connected(b"aB\xffC", '_')), "a_b\u{fffd}c");
    }

    #[test]
    fn words_are_joined() {
        for (text, expected) in [
            ("", ""),
            ("_", "__"),
            (" _-_ ", " _-_  "),
            ("a", "A"),
            ("_complex__case_", "_Complex_Case_"),
            ("GOLANG_IS_GREAT", "GolangIsGreat"),
            ("HTTPServer", "Httpserver"),
            ("NoHTTPS", "NoHTTPS"),
        ] {
            assert_eq!(of(pascal(text.as_bytes())), expected, "{text}");
        }
    }

    #[test]
    fn letters_change_case() {
        assert_eq!(
            of(title("hello wOrld-foo bar_baz 3rd it's ǆ é".as_bytes())),
            "Hello WOrld-Foo Bar_baz 3rd It'S ǅ É"
        );
        assert_eq!(of(untitle("First Ünd A".as_bytes())), "first ünd a");
        assert_eq!(
            of(swap("This Is A.Test é\u{2003}ßa".as_bytes())),
            "tHIS iS a.tEST É\u{2003}ßA"
        );
    }
}
