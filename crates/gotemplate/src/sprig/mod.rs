//! The functions of sprig 3.3 that the controller allows: all but `env`, `expandenv` and `getHostByName`.

mod bytes;
mod case;
mod cast;
mod certificate;
mod copy;
pub(crate) mod date;
mod decimal;
mod default;
mod dict;
mod digest;
mod dsa;
mod encode;
mod encrypt;
mod equal;
mod json;
mod key;
mod list;
mod merge;
mod number;
mod password;
mod path;
mod paths;
mod random;
mod regex;
mod runes;
pub(crate) mod semver;
mod show;
mod text;
mod url;
mod words;

use crate::function::Function;

/// All of them, in any order.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    let families = [
        certificate::FUNCTIONS,
        date::FUNCTIONS,
        default::FUNCTIONS,
        dict::FUNCTIONS,
        digest::FUNCTIONS,
        encode::FUNCTIONS,
        encrypt::FUNCTIONS,
        json::FUNCTIONS,
        key::FUNCTIONS,
        list::FUNCTIONS,
        number::FUNCTIONS,
        password::FUNCTIONS,
        paths::FUNCTIONS,
        random::FUNCTIONS,
        regex::FUNCTIONS,
        semver::FUNCTIONS,
        text::FUNCTIONS,
        url::FUNCTIONS,
    ];
    families.into_iter().flatten()
}
