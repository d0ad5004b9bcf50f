//! Pipelines, commands, operands.

use crate::{Text, strconv};

use super::{
    parser::Parser,
    token::{Kind, Token, quoted},
    tree::{Command, Number, Operand, Pipe, Term},
};

impl<'t> Parser<'t> {
    /// A pipeline up to such a token, which is read, too.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, String> {
        let mut pipe = Pipe {
            position: self.peek_non_space().position,
            assigns: false,
            variables: Vec::new(),
            commands: Vec::new(),
        };
        while self.declaration(&mut pipe, context)? {}
        loop {
            let token = self.next_non_space();
            if token.kind == end {
                self.check(&pipe, context)?;
                return Ok(pipe);
            }
            if !begins_operand(token.kind) {
                return Err(self.unexpected(&token, context));
            }
            self.push_back();
            let command = self.command()?;
            pipe.commands.push(command);
        }
    }

    /// A variable to be set, if there is one; whether another may follow.
    fn declaration(&mut self, pipe: &mut Pipe, context: &str) -> Result<bool, String> {
        let variable = self.peek_non_space();
        if variable.kind != Kind::Variable {
            return Ok(false);
        }
        self.next();
        // A space after it would be lost by looking for what follows the space.
        let after = self.peek();
        let next = self.peek_non_space();
        match next.kind {
            Kind::Assign | Kind::Declare => {
                pipe.assigns = next.kind == Kind::Assign;
                self.next_non_space();
                self.declare(pipe, &variable);
                Ok(false)
            }
            Kind::Char if next.text == "," => {
                self.next_non_space();
                self.declare(pipe, &variable);
                if context != "range" || pipe.variables.len() >= 2 {
                    return Err(self.error(&format!("too many declarations in {context}")));
                }
                match self.peek_non_space().kind {
                    Kind::Variable | Kind::RightDelimiter | Kind::RightParenthesis => Ok(true),
                    _ => Err(self.error("range can only initialize variables")),
                }
            }
            _ if after.kind == Kind::Space => {
                self.push_back_3(variable, after);
                Ok(false)
            }
            _ => {
                self.push_back_2(variable);
                Ok(false)
            }
        }
    }

    fn declare(&mut self, pipe: &mut Pipe, variable: &Token<'_>) {
        pipe.variables.push(variable.text.to_owned());
        self.variables.push(variable.text.to_owned());
    }

    fn check(&self, pipe: &Pipe, context: &str) -> Result<(), String> {
        if pipe.commands.is_empty() {
            return Err(self.error(&format!("missing value for {context}")));
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            let is_constant = |operand: &Operand| {
                matches!(
                    operand.term,
                    Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String { .. }
                )
            };
            if command.operands.first().is_some_and(is_constant) {
                return Err(self.error(&format!("non executable command in pipeline stage {}", index + 1)));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<Command, String> {
        let mut command = Command {
            position: self.peek_non_space().position,
            operands: Vec::new(),
        };
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                command.operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelimiter | Kind::RightParenthesis => self.push_back(),
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if command.operands.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(command)
    }

    /// A term and the fields after it.
    fn operand(&mut self) -> Result<Option<Operand>, String> {
        let Some(operand) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(operand));
        }
        let position = self.peek().position;
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            fields.push(self.next().text.trim_start_matches('.').to_owned());
        }
        let term = match operand.term {
            Term::Field(mut names) => {
                names.extend(fields);
                Term::Field(names)
            }
            Term::Variable(mut names) => {
                names.extend(fields);
                Term::Variable(names)
            }
            Term::Bool(_) | Term::String { .. } | Term::Number(_) | Term::Nil | Term::Dot => {
                let term = quoted(&operand.to_string());
                return Err(self.error(&format!("unexpected . after term {term}")));
            }
            _ => Term::Chain(Box::new(operand), fields),
        };
        Ok(Some(Operand { position, term }))
    }

    fn term(&mut self) -> Result<Option<Operand>, String> {
        let token = self.next_non_space();
        let term = match token.kind {
            Kind::Identifier => {
                if !(self.is_function)(token.text) {
                    return Err(self.error(&format!("function {} not defined", quoted(token.text))));
                }
                Term::Function(token.text.to_owned())
            }
            Kind::Dot => Term::Dot,
            Kind::Nil => Term::Nil,
            Kind::Variable => self.variable(&token)?,
            Kind::Field => Term::Field(vec![token.text.trim_start_matches('.').to_owned()]),
            Kind::Bool => Term::Bool(token.text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                let number = Number::read(token.text, token.kind).map_err(|message| self.error(&message))?;
                Term::Number(number)
            }
            Kind::LeftParenthesis => Term::Pipe(Box::new(self.parenthesis()?)),
            Kind::String | Kind::RawString => {
                let bytes = strconv::unquote(token.text).ok_or_else(|| self.error("invalid syntax"))?;
                Term::String {
                    literal: token.text.to_owned(),
                    text: Text::from(bytes),
                }
            }
            _ => {
                self.push_back();
                return Ok(None);
            }
        };
        Ok(Some(Operand {
            position: token.position,
            term,
        }))
    }

    fn parenthesis(&mut self) -> Result<Pipe, String> {
        if self.parentheses >= DEEPEST {
            return Err(self.error("max expression depth exceeded"));
        }
        self.parentheses += 1;
        let pipe = self.pipeline("parenthesized pipeline", Kind::RightParenthesis)?;
        self.parentheses -= 1;
        Ok(pipe)
    }

    fn variable(&self, token: &Token<'_>) -> Result<Term, String> {
        if !self.variables.iter().any(|variable| variable == token.text) {
            return Err(self.error(&format!("undefined variable {}", quoted(token.text))));
        }
        Ok(Term::Variable(vec![token.text.to_owned()]))
    }
}

fn begins_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::CharConstant
            | Kind::Complex
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Nil
            | Kind::RawString
            | Kind::String
            | Kind::Variable
            | Kind::LeftParenthesis
    )
}

/// Parentheses within parentheses. Go stops at 10,000; each is some calls deep, here and where it is evaluated, and must fit
/// into the two megabytes of stack of a thread.
const DEEPEST: usize = 100;
