//! Go's `text/template` with the functions of sprig, as the controller of Sealed Secrets renders a Secret.
//!
//! ```text
//! text → Template::parse → Template → render(data, limits, environment) → Rendered
//! ```
//!
//! Values and errors are Go's to the letter, but for what Go's errors quote of values: they may be secrets. What upstream lacks
//! are [`Limits`], so that no template takes more than it is given, and the names of the functions that make a template's
//! output another each time.
//!
//! ```
//! use signet_gotemplate::{Environment, Limits, Map, Template, Time};
//!
//! let template = Template::parse("out", "user: {{ .user | quote }}", &Limits::default())?;
//! let data = Map::of_strings([("user".into(), "admin".into())]);
//! let environment = Environment { now: Time::ZERO, random: &mut |buffer| buffer.fill(0), expired: &|| false };
//! let rendered = template.render(&data.into(), &Limits::default(), environment)?;
//! assert_eq!(rendered.output.expose(), br#"user: "admin""#);
//! assert!(rendered.nondeterministic.is_empty());
//! # Ok::<(), signet_gotemplate::Error>(())
//! ```

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
