//! What a template can call, and what a call is given.

use std::collections::BTreeSet;

use crate::{
    Text, Time, Type, Value,
    budget::{Budget, Limit},
    value::{Certificate, List, Map},
};

/// A function of templates.
pub(crate) struct Function {
    /// Its name in templates.
    pub(crate) name: &'static str,
    /// Types of the parameters that must be there.
    pub(crate) params: &'static [Type],
    /// Type of each of any number of further arguments.
    pub(crate) variadic: Option<Type>,
    /// Whether equal arguments give equal results. One that asks for the time or for randomness is found out by that, too.
    pub(crate) deterministic: bool,
    /// Why Go refuses to call it: it has several results.
    pub(crate) refusal: Option<&'static str>,
    /// The arguments are of the types above, as many as they say.
    pub(crate) body: Body,
}

/// What a function does.
pub(crate) type Body = fn(&mut Call<'_>, &[Value]) -> Result<Value, Failure>;

impl Function {
    /// A deterministic function with so many parameters.
    pub(crate) const fn new(name: &'static str, params: &'static [Type], body: Body) -> Self {
        Self {
            name,
            params,
            variadic: None,
            deterministic: true,
            refusal: None,
            body,
        }
    }

    /// The same, with any number of further arguments.
    pub(crate) const fn variadic(name: &'static str, params: &'static [Type], rest: Type, body: Body) -> Self {
        Self {
            variadic: Some(rest),
            ..Self::new(name, params, body)
        }
    }

    /// A function that cannot be called.
    pub(crate) const fn refused(name: &'static str, refusal: &'static str) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::new(name, &[], |_, _| Ok(Value::Missing))
        }
    }

    /// The same, not deterministic.
    pub(crate) const fn nondeterministic(self) -> Self {
        Self {
            deterministic: false,
            ..self
        }
    }
}

/// Why a call gives no value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A bound was met; no template catches it.
    Limit(Limit),
    /// What Go's error says, without any secret value.
    Message(String),
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }
}

impl From<Limit> for Failure {
    fn from(limit: Limit) -> Self {
        Self::Limit(limit)
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Message(message.to_owned())
    }
}

/// What a rendering takes from the world.
pub struct Environment<'e> {
    /// The time of the rendering, whenever it is asked for.
    pub now: Time,
    /// Fills a buffer with random bytes, good enough for keys.
    pub random: &'e mut dyn FnMut(&mut [u8]),
    /// Whether the time for the rendering is over. Asked every thousand steps.
    pub expired: &'e dyn Fn() -> bool,
}

/// What a function is given besides its arguments.
pub(crate) struct Call<'r> {
    pub(crate) budget: Budget<'r>,
    now: Time,
    random: &'r mut dyn FnMut(&mut [u8]),
    function: &'static str,
    nondeterministic: BTreeSet<&'static str>,
    changed: Vec<Map>,
}

impl<'r> Call<'r> {
    pub(crate) fn new(budget: Budget<'r>, now: Time, random: &'r mut dyn FnMut(&mut [u8])) -> Self {
        Self {
            budget,
            now,
            random,
            function: "",
            nondeterministic: BTreeSet::new(),
            changed: Vec::new(),
        }
    }

    /// Calls a function with arguments that were made to fit.
    pub(crate) fn enter(&mut self, function: &Function, arguments: &[Value]) -> Result<Value, Failure> {
        self.budget.step(1)?;
        self.function = function.name;
        if !function.deterministic {
            self.nondeterministic.insert(function.name);
        }
        let value = (function.body)(self, arguments)?;
        Ok(value)
    }

    /// The time of the rendering.
    pub(crate) fn now(&mut self) -> Time {
        self.nondeterministic.insert(self.function);
        self.now.clone()
    }

    /// Fills the buffer with random bytes.
    pub(crate) fn random(&mut self, buffer: &mut [u8]) {
        self.nondeterministic.insert(self.function);
        (self.random)(buffer);
    }

    /// Notes that the function being called gave what it would not give again.
    pub(crate) fn is_nondeterministic(&mut self) {
        self.nondeterministic.insert(self.function);
    }

    /// Counts bytes that are about to be made (strings, and 32 for each item of a list), and refuses too many.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Limit> {
        self.budget.charge(bytes)
    }

    /// Counts one step of work, such as an item compared.
    pub(crate) fn step(&mut self) -> Result<(), Limit> {
        self.budget.step(1)
    }

    /// Counts steps of work known beforehand.
    pub(crate) fn steps(&mut self, count: u64) -> Result<(), Limit> {
        self.budget.step(count)
    }

    /// Sets a value in a map that may come to hold itself by that; at the end, the cycle is opened.
    ///
    /// # Errors
    /// Go's for a nil map.
    pub(crate) fn set(&mut self, map: &Map, key: Text, value: Value) -> Result<(), Failure> {
        if map.is_nil() {
            return Err("assignment to entry in nil map".into());
        }
        self.charge(key.len() + 64)?;
        let holds = matches!(value, Value::Map(_) | Value::List(_));
        if holds && !self.changed.iter().any(|changed| changed.is_same(map)) {
            self.changed.push(map.clone());
        }
        map.insert(key, value);
        Ok(())
    }

    /// The functions used so far that are not deterministic.
    pub(crate) fn nondeterministic(&self) -> &BTreeSet<&'static str> {
        &self.nondeterministic
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        for map in &self.changed {
            map.clear();
        }
    }
}

/// Arguments as the types that the signature promises. A signature that promises something else is a defect, told as an error.
pub(crate) trait Arguments {
    /// A `bool`.
    fn bool(&self, index: usize) -> Result<bool, Failure>;
    /// Sprig's certificate.
    fn certificate(&self, index: usize) -> Result<&Certificate, Failure>;
    /// A `float64`.
    fn float(&self, index: usize) -> Result<f64, Failure>;
    /// An integer of any type.
    fn int(&self, index: usize) -> Result<i64, Failure>;
    /// A slice.
    fn list(&self, index: usize) -> Result<&List, Failure>;
    /// A map.
    fn map(&self, index: usize) -> Result<&Map, Failure>;
    /// A string.
    fn text(&self, index: usize) -> Result<&Text, Failure>;
    /// A `time.Time`.
    fn time(&self, index: usize) -> Result<&Time, Failure>;
    /// Anything.
    fn value(&self, index: usize) -> Result<&Value, Failure>;
}

macro_rules! argument {
    ($name:ident, $type:ty, $pattern:pat => $result:expr) => {
        fn $name(&self, index: usize) -> Result<$type, Failure> {
            match self.get(index) {
                Some($pattern) => Ok($result),
                _ => Err(mismatch(index)),
            }
        }
    };
}

impl Arguments for [Value] {
    argument!(bool, bool, Value::Bool(value) => *value);
    argument!(certificate, &Certificate, Value::Certificate(value) => value);
    argument!(float, f64, Value::Float(value) => *value);
    argument!(int, i64, Value::Integer(value) => value.signed());
    argument!(list, &List, Value::List(value) => value);
    argument!(map, &Map, Value::Map(value) => value);
    argument!(text, &Text, Value::String(value) => value);
    argument!(time, &Time, Value::Time(value) => value);
    argument!(value, &Value, value => value);
}

fn mismatch(index: usize) -> Failure {
    Failure::Message(format!("argument {} does not fit the signature", index + 1))
}
