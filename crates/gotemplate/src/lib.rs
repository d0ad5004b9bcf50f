//! Go's `text/template` with the functions of sprig, as the controller of Sealed Secrets renders a Secret.

mod budget;
mod buffer;
mod clock;
mod error;
mod fmt;
mod function;
mod parse;
mod sprig;
mod strconv;
mod value;

pub use budget::{Limit, Limits};
pub use error::Error;
pub use function::Environment;
pub use value::{Certificate, Integer, Kind, List, Map, Text, Time, Type, Value, Version, Zone};
