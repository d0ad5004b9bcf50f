//! Texts of numbers and quoted strings, by the rules of Go's `strconv`.

mod float;
mod hexadecimal;
mod integer;
mod parse_float;
mod quote;
mod unquote;

pub(crate) use float::format_float;
pub(crate) use integer::{NumberError, parse_int, parse_uint};
pub(crate) use parse_float::parse_float;
pub(crate) use quote::{can_backquote, is_print, quote, quote_ascii, quote_rune};
pub(crate) use unquote::{unquote, unquote_char};

use integer::underscores_separate_digits;
