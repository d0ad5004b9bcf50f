//! kubeseal's flags by the grammar of its flag library (github.com/spf13/pflag), which clap does not speak: `--bool=false`, the last of
//! several values counts, `-fFILE` and `-f=FILE`, arguments without a dash ignored, values from `SEALED_SECRETS_<FLAG>`.

use std::{collections::BTreeMap, ffi::OsString};

use signet_api::Scope;

/// The usage text, as kubeseal 0.40.0 prints it. Its lines are also the table of the flags.
pub(crate) const USAGE: &str = include_str!("usage.txt");

/// What was given, by the names of the flags.
pub(crate) struct Flags {
    values: BTreeMap<&'static str, Vec<String>>,
    notes: Vec<String>,
}

impl Flags {
    /// Reads the arguments; they win over the environment, whose invalid values are ignored.
    ///
    /// # Errors
    /// [`FlagsError`].
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = String>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, FlagsError> {
        let table = table();
        let mut flags = Self {
            values: BTreeMap::new(),
            notes: Vec::new(),
        };
        let environment: BTreeMap<OsString, OsString> = environment.into_iter().collect();
        for flag in table.iter().filter(|flag| !flag.is_klog()) {
            if let Some(value) = environment.get(&OsString::from(flag.variable())) {
                let _ = value.to_str().map(|value| flags.set(flag, value));
            }
        }
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--") {
                Some("") => break,
                Some(long) => flags.long(&table, long, &mut arguments)?,
                None if argument.starts_with('-') && argument.len() > 1 => {
                    flags.short(&table, &argument[1..], &mut arguments)?;
                }
                None => {}
            }
        }
        Ok(flags)
    }

    /// Whether a boolean flag is on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.boolean(name).unwrap_or(false)
    }

    /// A boolean flag, if given.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.values.get(name)?.last().and_then(|value| parse_bool(value))
    }

    /// A flag's text, if given and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.values.get(name)?.last().filter(|value| !value.is_empty()).cloned()
    }

    /// All values of a flag that takes several.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.values.get(name).cloned().unwrap_or_default()
    }

    /// What is to be said about the flags themselves, each with its line end.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    fn long(
        &mut self,
        table: &[Flag],
        argument: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), FlagsError> {
        if argument.starts_with(['-', '=']) {
            return Err(FlagsError::Wrong(format!("bad flag syntax: --{argument}")));
        }
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument, None),
        };
        let flag = table.iter().find(|flag| flag.name == name);
        let flag = flag.ok_or_else(|| FlagsError::Wrong(format!("unknown flag: --{name}")))?;
        let value = value
            .or_else(|| flag.implied())
            .or_else(|| rest.next())
            .ok_or_else(|| FlagsError::Wrong(format!("flag needs an argument: --{name}")))?;
        self.set(flag, &value).map_err(FlagsError::Wrong)
    }

    /// One dash: boolean flags may stand together, and the last one's value may follow without a space.
    fn short(
        &mut self,
        table: &[Flag],
        letters: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), FlagsError> {
        let mut left = letters;
        while let Some(letter) = left.chars().next() {
            let all = left;
            left = &left[letter.len_utf8()..];
            let Some(flag) = table.iter().find(|flag| flag.letter == Some(letter)) else {
                return Err(match letter {
                    'h' => FlagsError::Help,
                    _ => FlagsError::Wrong(format!("unknown shorthand flag: {letter:?} in -{all}")),
                });
            };
            let value = match left.strip_prefix('=') {
                Some(value) if !value.is_empty() => Some(value.to_owned()),
                _ if flag.implied().is_some() => {
                    self.set(flag, "true").map_err(FlagsError::Wrong)?;
                    continue;
                }
                _ if !left.is_empty() => Some(left.to_owned()),
                _ => rest.next(),
            };
            let missing = || FlagsError::Wrong(format!("flag needs an argument: {letter:?} in -{all}"));
            return self.set(flag, &value.ok_or_else(missing)?).map_err(FlagsError::Wrong);
        }
        Ok(())
    }

    fn set(&mut self, flag: &Flag, value: &str) -> Result<(), String> {
        let fault = |fault: String| format!("invalid argument {value:?} for \"{}\" flag: {fault}", flag.title());
        let values = match flag.kind {
            Kind::Boolean if parse_bool(value).is_none() => {
                return Err(fault(format!("strconv.ParseBool: parsing {value:?}: invalid syntax")));
            }
            Kind::Integer if value.parse::<i32>().is_err() => {
                return Err(fault(format!("strconv.ParseInt: parsing {value:?}: invalid syntax")));
            }
            Kind::Scope if !value.is_empty() => {
                value.parse::<Scope>().map_err(|error| fault(error.to_string()))?;
                vec![value.to_owned()]
            }
            Kind::Commas => split_commas(value).map_err(fault)?,
            _ => vec![value.to_owned()],
        };
        // The deprecated name is the same flag.
        let name = if flag.name == ROTATE { "re-encrypt" } else { flag.name };
        if flag.name == ROTATE {
            self.notes
                .push("Flag --rotate has been deprecated, please use --re-encrypt instead\n".to_owned());
        }
        let held = self.values.entry(name).or_default();
        if !matches!(flag.kind, Kind::Commas | Kind::Repeated) {
            held.clear();
        }
        held.extend(values);
        Ok(())
    }
}

/// Arguments that ask for no mode.
#[derive(Debug)]
pub(crate) enum FlagsError {
    /// `-h`, which is no flag of kubeseal.
    Help,
    /// Wrong use, in the flag library's words.
    Wrong(String),
}

/// A flag, as its line in the usage text declares it.
struct Flag {
    name: &'static str,
    letter: Option<char>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Boolean,
    /// A list with commas between its items, quoted as in CSV.
    Commas,
    Integer,
    /// A list by repetition.
    Repeated,
    Scope,
    Text,
}

impl Flag {
    /// From `  -o, --format string   Output format …`.
    fn from_usage(line: &'static str) -> Option<Self> {
        let (head, tail) = line.split_once("--")?;
        let declaration = tail.split("   ").next()?;
        let (name, kind) = declaration.split_once(' ').unwrap_or((declaration, ""));
        Some(Self {
            name,
            letter: head
                .trim_start()
                .strip_prefix('-')
                .and_then(|letter| letter.chars().next()),
            kind: match kind {
                "" => Kind::Boolean,
                "Level" => Kind::Integer,
                "strings" => Kind::Commas,
                "stringArray" => Kind::Repeated,
                _ if name == "scope" => Kind::Scope,
                _ => Kind::Text,
            },
        })
    }

    /// The value of a flag that stands alone.
    fn implied(&self) -> Option<String> {
        (self.kind == Kind::Boolean).then(|| "true".to_owned())
    }

    /// Whether it came with the logging library; those are not set by the environment.
    fn is_klog(&self) -> bool {
        self.name.contains('_') || KLOG.contains(&self.name)
    }

    fn title(&self) -> String {
        match self.letter {
            Some(letter) => format!("-{letter}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    fn variable(&self) -> String {
        format!("SEALED_SECRETS_{}", self.name.to_uppercase().replace('-', "_"))
    }
}

fn table() -> Vec<Flag> {
    let rotate = Flag {
        name: ROTATE,
        letter: None,
        kind: Kind::Boolean,
    };
    USAGE.lines().filter_map(Flag::from_usage).chain([rotate]).collect()
}

/// Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// One line of CSV (RFC 4180) as Go's `encoding/csv` reads it; nothing at all is no item.
fn split_commas(text: &str) -> Result<Vec<String>, String> {
    let mut items = Vec::new();
    let mut rest = text;
    while !rest.is_empty() || !items.is_empty() {
        let column = |left: &str| text.len() - left.len() + 1;
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_item(quoted).map_err(|left| {
                format!(
                    "parse error on line 1, column {}: extraneous or missing \" in quoted-field",
                    column(left)
                )
            })?,
            None => {
                let (item, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                if let Some(quote) = item.find('"') {
                    let column = column(&rest[quote..]);
                    return Err(format!(
                        "parse error on line 1, column {column}: bare \" in non-quoted-field"
                    ));
                }
                (item.to_owned(), after)
            }
        };
        items.push(item);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    Ok(items)
}

/// The item behind an opening quote, and what follows it; or where it goes wrong.
fn quoted_item(quoted: &str) -> Result<(String, &str), &str> {
    let mut item = String::new();
    let mut left = quoted;
    loop {
        let (part, after) = left.split_once('"').ok_or("")?;
        item.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                item.push('"');
                left = more;
            }
            None if after.is_empty() || after.starts_with(',') => return Ok((item, after)),
            None => return Err(&left[part.len()..]),
        }
    }
}

const KLOG: [&str; 6] = [
    "alsologtostderr",
    "alsologtostderrthreshold",
    "logtostderr",
    "stderrthreshold",
    "v",
    "vmodule",
];
const ROTATE: &str = "rotate";
