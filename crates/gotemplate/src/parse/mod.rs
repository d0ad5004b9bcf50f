//! From text to trees.

mod action;
mod lexer;
mod number;
mod parser;
mod pipeline;
mod scan;
mod token;
pub(crate) mod tree;

pub(crate) use parser::parse;
pub(crate) use token::quoted;
