//! Flags by the grammar of Go's `flag` package, and what urfave/cli 1 adds: flags behind the file, values from the environment.

mod number;
mod reorder;

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::PathBuf,
};

use zeroize::Zeroizing;

use super::table::{Flag, Kind};
pub(super) use number::parse_bool;
pub(super) use reorder::reorder;

/// The value of a variable of the environment.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Values by the first names of their flags. Without `Debug`: `--set` holds a secret.
#[derive(Default)]
pub(super) struct Values {
    given: BTreeMap<&'static str, Vec<Zeroizing<Vec<u8>>>>,
    /// What the arguments set, by the names that they used.
    spelled: Vec<(&'static str, &'static str)>,
    /// What is behind the flags.
    pub(super) positional: Vec<OsString>,
}

impl Values {
    /// The defaults that the environment gives.
    ///
    /// # Errors
    /// A boolean variable that is none, in the library's words.
    pub(super) fn from_environment(
        flags: impl Iterator<Item = &'static Flag>,
        environment: Environment,
    ) -> Result<Self, String> {
        let mut values = Self::default();
        for flag in flags {
            let Some(mut value) = flag.variable.and_then(environment) else {
                continue;
            };
            if matches!(flag.kind, Kind::Switch | Kind::SwitchOn) {
                if value.is_empty() {
                    value = "false".to_owned();
                }
                parse_bool(&value).ok_or_else(|| {
                    let name = flag.names.join(", ");
                    format!(
                        "could not parse {value} as bool value for flag {name}: strconv.ParseBool: parsing {value:?}: invalid syntax"
                    )
                })?;
            }
            let items = match flag.kind {
                Kind::List => value.split(',').map(str::trim).map(str::to_owned).collect(),
                _ => vec![value],
            };
            let items = items.into_iter().map(|item| Zeroizing::new(item.into_bytes()));
            values.given.insert(flag.name(), items.collect());
        }
        Ok(values)
    }

    /// Reads flags up to the first argument that is none; what follows, also what follows a fault, is positional.
    ///
    /// # Errors
    /// Wrong use, in the library's words. What was read before it stays.
    pub(super) fn read(&mut self, flags: &[&'static Flag], arguments: &[OsString]) -> Result<(), String> {
        let mut rest = arguments.iter();
        let read = self.flags(flags, &mut rest);
        self.positional = rest.cloned().collect();
        read
    }

    fn flags(&mut self, flags: &[&'static Flag], rest: &mut std::slice::Iter<OsString>) -> Result<(), String> {
        while let Some(argument) = rest.as_slice().first() {
            let bytes = argument.as_bytes();
            let body = match bytes {
                [b'-'] | [] => break,
                b"--" => {
                    rest.next();
                    break;
                }
                [b'-', b'-', body @ ..] | [b'-', body @ ..] => body,
                _ => break,
            };
            rest.next();
            if matches!(body, [b'-' | b'=', ..]) {
                return Err(format!("bad flag syntax: {}", argument.to_string_lossy()));
            }
            self.one(flags, body, rest)?;
        }
        Ok(())
    }

    fn one<'a>(
        &mut self,
        flags: &[&'static Flag],
        body: &[u8],
        rest: &mut impl Iterator<Item = &'a OsString>,
    ) -> Result<(), String> {
        let mut parts = body.splitn(2, |byte| *byte == b'=');
        let name = parts.next().map(String::from_utf8_lossy).unwrap_or_default();
        let attached = parts.next().map(OsStr::from_bytes);
        let found = flags.iter().find_map(|flag| {
            let spelled = flag.names.iter().find(|spelled| **spelled == name)?;
            Some((*flag, *spelled))
        });
        let (flag, spelled) = found.ok_or_else(|| format!("flag provided but not defined: -{name}"))?;
        let value = match flag.kind {
            Kind::Switch | Kind::SwitchOn => attached.or(Some(OsStr::new("true"))),
            _ => attached.or_else(|| rest.next().map(OsString::as_os_str)),
        };
        let value = value.ok_or_else(|| format!("flag needs an argument: -{name}"))?;
        number::check(flag.kind, &name, value)?;
        let held = self.given.entry(flag.name()).or_default();
        if flag.kind != Kind::List {
            held.clear();
        }
        held.push(Zeroizing::new(value.as_bytes().to_vec()));
        self.spelled.push((flag.name(), spelled));
        Ok(())
    }

    /// A flag that was given by two of its names, in the library's words.
    pub(super) fn twice(&self) -> Option<String> {
        let mut first = BTreeMap::new();
        self.spelled.iter().find_map(|(flag, spelled)| {
            let before = *first.entry(*flag).or_insert(*spelled);
            // The library names them in the order of the declaration.
            let (long, short) = if before == *flag {
                (before, *spelled)
            } else {
                (*spelled, before)
            };
            (before != *spelled).then(|| format!("Cannot use two forms of the same flag: {short} {long}"))
        })
    }

    fn last(&self, name: &str) -> Option<&[u8]> {
        Some(self.given.get(name)?.last()?.as_slice())
    }

    /// Whether the arguments or the environment gave a flag.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Whether a boolean flag is on; one that is on by itself is `SwitchOn` in the table and asked for with [`Values::is_not_off`].
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.boolean(name).unwrap_or(false)
    }

    /// Whether nothing turned a boolean flag off.
    pub(super) fn is_not_off(&self, name: &str) -> bool {
        self.boolean(name).unwrap_or(true)
    }

    fn boolean(&self, name: &str) -> Option<bool> {
        parse_bool(str::from_utf8(self.last(name)?).ok()?)
    }

    /// A number, if given.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        number::parse(str::from_utf8(self.last(name)?).ok()?).ok()
    }

    /// A text; empty where it was not given.
    pub(super) fn text(&self, name: &str) -> String {
        self.last(name)
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .unwrap_or_default()
    }

    /// A file, if given and not empty.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let bytes = self.last(name).filter(|bytes| !bytes.is_empty())?;
        Some(PathBuf::from(OsStr::from_bytes(bytes)))
    }

    /// All values of a flag that can be repeated.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let values = self.given.get(name).into_iter().flatten();
        values.map(|text| String::from_utf8_lossy(text).into_owned()).collect()
    }
}
