//! kubeseal's flags by the grammar of its flag library (github.com/spf13/pflag), which clap does not speak: `--bool=false`, the last of
//! several values counts, `-fFILE` and `-f=FILE`, arguments without a dash ignored, values from `SEALED_SECRETS_<FLAG>`.

mod check;
mod commas;
mod table;

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::PathBuf,
};

use check::{check, parse_bool};
use table::{Flag, Kind, ROTATE, table};

/// The usage text, as kubeseal 0.40.0 prints it. Its lines are also the table of the flags.
pub(crate) const USAGE: &str = include_str!("usage.txt");

/// What was given, by the names of the flags.
pub(crate) struct Flags {
    values: BTreeMap<&'static str, Vec<OsString>>,
    notes: Vec<&'static str>,
}

impl Flags {
    /// Reads the arguments; they win over the environment, whose invalid values are ignored.
    ///
    /// # Errors
    /// [`FlagsError`].
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
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
                let _ = flags.set(flag, value);
            }
        }
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_bytes() {
                b"--" => break,
                [b'-', b'-', long @ ..] => flags.long(&table, long, &mut arguments)?,
                [b'-', letters @ ..] if !letters.is_empty() => flags.short(&table, letters, &mut arguments)?,
                _ => {}
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
        self.values
            .get(name)?
            .last()
            .and_then(|value| parse_bool(value.to_str()?))
    }

    /// A flag's text, if given.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.last()?.to_str()
    }

    /// A flag's text, if given and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.given(name).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A file, if given and not empty.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.values.get(name)?.last()?;
        Some(PathBuf::from(value)).filter(|path| !path.as_os_str().is_empty())
    }

    /// All files of a flag that takes several.
    pub(crate) fn paths(&self, name: &str) -> Vec<OsString> {
        self.values.get(name).cloned().unwrap_or_default()
    }

    /// All values of a flag that takes several.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.values.get(name).into_iter().flatten();
        values.filter_map(|value| value.to_str().map(str::to_owned)).collect()
    }

    /// What is to be said about the flags themselves, each with its line end.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().copied()
    }

    fn long(
        &mut self,
        table: &[Flag],
        argument: &[u8],
        rest: &mut impl Iterator<Item = OsString>,
    ) -> Result<(), FlagsError> {
        if argument.starts_with(b"-") || argument.starts_with(b"=") {
            return Err(FlagsError::Wrong(format!("bad flag syntax: --{}", lossy(argument))));
        }
        let mut parts = argument.splitn(2, |byte| *byte == b'=');
        let name = parts.next().map(lossy).unwrap_or_default();
        let value = parts.next().map(|value| OsStr::from_bytes(value).to_owned());
        let flag = table.iter().find(|flag| flag.name == name);
        let flag = flag.ok_or_else(|| FlagsError::Wrong(format!("unknown flag: --{name}")))?;
        let value = value
            .or_else(|| flag.implied())
            .or_else(|| rest.next())
            .ok_or_else(|| FlagsError::Wrong(format!("flag needs an argument: --{name}")))?;
        self.set(flag, &value).map_err(FlagsError::Wrong)?;
        if flag.name == ROTATE {
            self.notes.push(DEPRECATED);
        }
        Ok(())
    }

    /// One dash: boolean flags may stand together, and the last one's value may follow without a space.
    fn short(
        &mut self,
        table: &[Flag],
        letters: &[u8],
        rest: &mut impl Iterator<Item = OsString>,
    ) -> Result<(), FlagsError> {
        let mut left = letters;
        while let [byte, after @ ..] = left {
            let (letter, all) = (char::from(*byte), lossy(left));
            left = after;
            let Some(flag) = table.iter().find(|flag| flag.letter == Some(letter)) else {
                return Err(match letter {
                    'h' => FlagsError::Help,
                    _ => FlagsError::Wrong(format!("unknown shorthand flag: {letter:?} in -{all}")),
                });
            };
            let value = match left {
                [b'=', value @ ..] if !value.is_empty() => Some(OsStr::from_bytes(value).to_owned()),
                _ => match flag.implied() {
                    Some(value) => {
                        self.set(flag, &value).map_err(FlagsError::Wrong)?;
                        continue;
                    }
                    None if !left.is_empty() => Some(OsStr::from_bytes(left).to_owned()),
                    None => rest.next(),
                },
            };
            let missing = || FlagsError::Wrong(format!("flag needs an argument: {letter:?} in -{all}"));
            return self.set(flag, &value.ok_or_else(missing)?).map_err(FlagsError::Wrong);
        }
        Ok(())
    }

    fn set(&mut self, flag: &Flag, value: &OsStr) -> Result<(), String> {
        let values = match flag.kind {
            Kind::Commas => commas::split(value),
            _ => check(flag, value).map(|()| vec![value.to_owned()]),
        };
        let values = values.map_err(|fault| {
            let value = value.to_string_lossy();
            format!("invalid argument {value:?} for \"{}\" flag: {fault}", flag.title())
        })?;
        // The deprecated name is the same flag.
        let name = if flag.name == ROTATE { "re-encrypt" } else { flag.name };
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

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const DEPRECATED: &str = "Flag --rotate has been deprecated, please use --re-encrypt instead\n";
