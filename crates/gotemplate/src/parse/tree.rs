//! Parsed templates.

use std::{collections::HashMap, fmt};

use crate::strconv;

/// All templates of a text. Their nodes stand in one place and refer to each other by number, so that no depth of nesting
/// is a depth of calls.
#[derive(Default)]
pub(crate) struct Trees {
    pub(crate) nodes: Vec<Node>,
    /// Each template's content by its name.
    pub(crate) templates: HashMap<String, List>,
}

/// Numbers of nodes, one after another.
pub(crate) type List = Vec<usize>;

pub(crate) enum Node {
    Action(Pipe),
    Break,
    Continue,
    If(Branch),
    Range(Branch),
    Template(Invocation),
    Text(String),
    With(Branch),
}

pub(crate) struct Branch {
    pub(crate) pipe: Pipe,
    pub(crate) list: List,
    pub(crate) otherwise: Option<List>,
}

pub(crate) struct Invocation {
    pub(crate) position: usize,
    pub(crate) name: String,
    pub(crate) pipe: Option<Pipe>,
}

/// Commands, each given the value of the one before.
pub(crate) struct Pipe {
    pub(crate) position: usize,
    /// `=` instead of `:=`.
    pub(crate) assigns: bool,
    pub(crate) variables: Vec<String>,
    pub(crate) commands: Vec<Command>,
}

pub(crate) struct Command {
    pub(crate) position: usize,
    /// At least one.
    pub(crate) operands: Vec<Operand>,
}

pub(crate) struct Operand {
    pub(crate) position: usize,
    pub(crate) term: Term,
}

pub(crate) enum Term {
    Bool(bool),
    /// Fields of what stands before them.
    Chain(Box<Operand>, Vec<String>),
    Dot,
    Field(Vec<String>),
    Function(String),
    Nil,
    Number(Number),
    Pipe(Box<Pipe>),
    String {
        literal: String,
        text: crate::Text,
    },
    /// The name first, then fields.
    Variable(Vec<String>),
}

/// A constant, as every type that can hold it.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) literal: String,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.assigns { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            write!(f, "{}{command}", if index > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.operands.iter().enumerate() {
            f.write_str(if index > 0 { " " } else { "" })?;
            match &operand.term {
                Term::Pipe(pipe) => write!(f, "({pipe})")?,
                _ => write!(f, "{operand}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.term {
            Term::Bool(value) => write!(f, "{value}"),
            Term::Chain(node, fields) => {
                match &node.term {
                    Term::Pipe(pipe) => write!(f, "({pipe})")?,
                    _ => write!(f, "{node}")?,
                }
                fields.iter().try_for_each(|field| write!(f, ".{field}"))
            }
            Term::Dot => f.write_str("."),
            Term::Field(fields) => fields.iter().try_for_each(|field| write!(f, ".{field}")),
            Term::Function(name) => f.write_str(name),
            Term::Nil => f.write_str("nil"),
            Term::Number(number) => f.write_str(&number.literal),
            Term::Pipe(pipe) => write!(f, "{pipe}"),
            Term::String { literal, .. } => f.write_str(literal),
            Term::Variable(names) => f.write_str(&names.join(".")),
        }
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = strconv::quote(self.name.as_bytes());
        write!(f, "{{{{template {}", String::from_utf8_lossy(&name))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}
