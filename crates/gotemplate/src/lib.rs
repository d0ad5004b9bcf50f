//! Go's `text/template` with the functions of sprig, as the controller of Sealed Secrets renders a Secret.

mod budget;
mod buffer;
mod builtin;
mod clock;
mod error;
mod exec;
mod fmt;
mod function;
mod functions;
mod methods;
mod parse;
mod sprig;
mod strconv;
mod template;
mod value;

pub use budget::{Limit, Limits};
pub use error::Error;
pub use exec::Rendered;
pub use function::Environment;
pub use template::Template;
pub use value::{Certificate, Integer, Kind, List, Map, Text, Time, Type, Value, Version, Zone};
