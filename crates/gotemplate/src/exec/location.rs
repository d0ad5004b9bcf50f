//! Places in a template.

use std::fmt;

use crate::parse::tree::{Command, Invocation, Operand, Pipe};

/// What is being evaluated.
#[derive(Clone, Copy)]
pub(super) enum At<'t> {
    Command(&'t Command),
    Invocation(&'t Invocation),
    Nothing,
    Operand(&'t Operand),
    Pipe(&'t Pipe),
}

impl At<'_> {
    /// `name:line:column`: the line from 1, the column from 0 in bytes.
    pub(super) fn location(self, name: &str, text: &str) -> String {
        let position = match self {
            Self::Command(command) => command.position,
            Self::Invocation(invocation) => invocation.position,
            Self::Nothing => return name.to_owned(),
            Self::Operand(operand) => operand.position,
            Self::Pipe(pipe) => pipe.position,
        };
        let before = &text.as_bytes()[..position.min(text.len())];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
        format!("{name}:{line}:{column}")
    }
}

/// The template's text for it, as Go writes it anew.
impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => write!(f, "{command}"),
            Self::Invocation(invocation) => write!(f, "{invocation}"),
            Self::Nothing => Ok(()),
            Self::Operand(operand) => write!(f, "{operand}"),
            Self::Pipe(pipe) => write!(f, "{pipe}"),
        }
    }
}
