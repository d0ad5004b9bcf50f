//! Lists of nodes, and the control structures around them.

use crate::{Error, Limit, Limits};

use super::{
    lexer::Lexer,
    token::{Kind, Token},
    tree::{Branch, Invocation, List, Node, Pipe, Trees},
};

/// Reads a text as a template of the name, and the templates that it defines.
///
/// # Errors
/// - [`Error::Syntax`]: it is no template, or names a function that there is not.
/// - [`Error::Limit`]: it is too long.
pub(crate) fn parse(name: &str, text: &str, limits: &Limits, is_function: fn(&str) -> bool) -> Result<Trees, Error> {
    if text.len() > limits.text {
        return Err(Error::Limit {
            limit: Limit::Text,
            location: name.to_owned(),
        });
    }
    let mut parser = Parser {
        name,
        is_function,
        lexer: Lexer::new(text),
        tokens: std::array::from_fn(|_| Token::before_first()),
        pushed_back: 0,
        trees: Trees::default(),
        variables: vec!["$".to_owned()],
        range_depth: 0,
        action_line: None,
        parentheses: 0,
        open: Vec::new(),
        root: Vec::new(),
    };
    parser.all().map_err(Error::Syntax)?;
    Ok(parser.trees)
}

pub(super) struct Parser<'t> {
    name: &'t str,
    pub(super) is_function: fn(&str) -> bool,
    lexer: Lexer<'t>,
    /// The token read last, and up to two more that were given back.
    tokens: [Token<'t>; 3],
    pushed_back: usize,
    trees: Trees,
    pub(super) variables: Vec<String>,
    pub(super) range_depth: usize,
    pub(super) action_line: Option<usize>,
    pub(super) parentheses: usize,
    /// Structures without their end yet, the innermost last.
    pub(super) open: Vec<Open>,
    root: List,
}

/// A structure that waits for its end.
pub(super) struct Open {
    kind: OpenKind,
    /// The list being read.
    list: List,
    /// Variables outside of it.
    variables: usize,
}

pub(super) enum OpenKind {
    Branch {
        control: Control,
        pipe: Pipe,
        /// The list before `else`, once that was read.
        first: Option<List>,
        /// It is an `else if` or `else with`: its end is that of the one around it, too.
        chained: bool,
    },
    Definition {
        name: String,
        /// What `block` does besides defining.
        block: Option<Invocation>,
        outer_variables: Vec<String>,
        outer_range_depth: usize,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    If,
    Range,
    With,
}

/// What a piece of text turned out to be.
pub(super) enum Item {
    Else,
    End,
    Node(Node),
    Opened,
}

impl<'t> Parser<'t> {
    fn all(&mut self) -> Result<(), String> {
        loop {
            if self.open.is_empty() {
                if self.peek().kind == Kind::End {
                    break;
                }
                if self.define()? {
                    continue;
                }
            } else if self.peek_non_space().kind == Kind::End {
                return Err(self.error("unexpected EOF"));
            }
            match self.text_or_action()? {
                Item::Node(node) => self.append(node),
                Item::Opened => {}
                Item::End => self.end()?,
                Item::Else => self.otherwise()?,
            }
        }
        let root = std::mem::take(&mut self.root);
        self.add(self.name.to_owned(), root)
    }

    fn text_or_action(&mut self) -> Result<Item, String> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.text.to_owned()))),
            Kind::LeftDelimiter => {
                self.action_line = Some(token.line);
                let item = self.action()?;
                if !matches!(item, Item::Opened) {
                    self.action_line = None;
                }
                Ok(item)
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn append(&mut self, node: Node) {
        self.trees.nodes.push(node);
        let number = self.trees.nodes.len() - 1;
        match self.open.last_mut() {
            Some(open) => open.list.push(number),
            None => self.root.push(number),
        }
    }

    /// Opens a template definition, if one begins here.
    fn define(&mut self) -> Result<bool, String> {
        if self.peek().kind != Kind::LeftDelimiter {
            return Ok(false);
        }
        let delimiter = self.next();
        if self.next_non_space().kind != Kind::Define {
            self.push_back_2(delimiter);
            return Ok(false);
        }
        let token = self.next_non_space();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, DEFINE));
        }
        let name = self.unquote(token.text)?;
        self.expect(Kind::RightDelimiter, DEFINE)?;
        self.open_definition(name, None);
        self.action_line = None;
        Ok(true)
    }

    pub(super) fn open_definition(&mut self, name: String, block: Option<Invocation>) {
        let outer_variables = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        self.open.push(Open {
            variables: outer_variables.len(),
            kind: OpenKind::Definition {
                name,
                block,
                outer_variables,
                outer_range_depth: std::mem::take(&mut self.range_depth),
            },
            list: Vec::new(),
        });
    }

    /// Opens `if`, `range` or `with`, its keyword being read.
    pub(super) fn open_branch(&mut self, control: Control, chained: bool) -> Result<(), String> {
        let variables = self.variables.len();
        let pipe = self.pipeline(control.name(), Kind::RightDelimiter)?;
        self.range_depth += usize::from(control == Control::Range);
        self.open.push(Open {
            kind: OpenKind::Branch {
                control,
                pipe,
                first: None,
                chained,
            },
            list: Vec::new(),
            variables,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        loop {
            let Some(open) = self.open.pop() else {
                return Err(self.error("unexpected {{end}}"));
            };
            match open.kind {
                OpenKind::Definition {
                    name,
                    block,
                    outer_variables,
                    outer_range_depth,
                } => {
                    self.add(name, open.list)?;
                    self.variables = outer_variables;
                    self.range_depth = outer_range_depth;
                    if let Some(block) = block {
                        self.append(Node::Template(block));
                    }
                    return Ok(());
                }
                OpenKind::Branch {
                    control,
                    pipe,
                    first,
                    chained,
                } => {
                    self.variables.truncate(open.variables);
                    if control == Control::Range && first.is_none() {
                        self.range_depth -= 1;
                    }
                    self.append(control.node(pipe, open.list, first));
                    if !chained {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn otherwise(&mut self) -> Result<(), String> {
        let next = self.peek().kind;
        let Some(open) = self.open.last_mut() else {
            return Err(self.error("unexpected {{else}}"));
        };
        let list = &mut open.list;
        match &mut open.kind {
            OpenKind::Definition { block, .. } => {
                let context = if block.is_some() { BLOCK } else { DEFINE };
                Err(self.error(&format!("unexpected {{{{else}}}} in {context}")))
            }
            OpenKind::Branch { first: Some(_), .. } => Err(self.error("expected end; found {{else}}")),
            OpenKind::Branch { control, first, .. } => {
                *first = Some(std::mem::take(list));
                let chains = matches!((*control, next), (Control::If, Kind::If) | (Control::With, Kind::With));
                let control = *control;
                if control == Control::Range {
                    self.range_depth -= 1;
                }
                if chains {
                    self.next();
                    self.open_branch(control, true)?;
                }
                Ok(())
            }
        }
    }

    /// Adds a template. One that holds nothing but spaces replaces none, and any replaces it.
    fn add(&mut self, name: String, list: List) -> Result<(), String> {
        let is_empty = |trees: &Trees, list: &List| {
            list.iter()
                .all(|&number| matches!(&trees.nodes[number], Node::Text(text) if text.trim().is_empty()))
        };
        match self.trees.templates.get(&name) {
            Some(before) if !is_empty(&self.trees, before) => {
                if is_empty(&self.trees, &list) {
                    return Ok(());
                }
                let name = super::token::quoted(&name);
                Err(self.error(&format!("template: multiple definition of template {name}")))
            }
            _ => {
                self.trees.templates.insert(name, list);
                Ok(())
            }
        }
    }

    pub(super) fn next(&mut self) -> Token<'t> {
        if self.pushed_back > 0 {
            self.pushed_back -= 1;
        } else {
            self.tokens[0] = self.lexer.token();
        }
        self.tokens[self.pushed_back].clone()
    }

    pub(super) fn push_back(&mut self) {
        self.pushed_back += 1;
    }

    /// Gives back a token from before the last.
    pub(super) fn push_back_2(&mut self, token: Token<'t>) {
        self.tokens[1] = token;
        self.pushed_back = 2;
    }

    pub(super) fn push_back_3(&mut self, first: Token<'t>, second: Token<'t>) {
        self.tokens[1] = second;
        self.tokens[2] = first;
        self.pushed_back = 3;
    }

    pub(super) fn peek(&mut self) -> Token<'t> {
        let token = self.next();
        self.push_back();
        token
    }

    pub(super) fn next_non_space(&mut self) -> Token<'t> {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    pub(super) fn peek_non_space(&mut self) -> Token<'t> {
        let token = self.next_non_space();
        self.push_back();
        token
    }

    pub(super) fn expect(&mut self, kind: Kind, context: &str) -> Result<Token<'t>, String> {
        let token = self.next_non_space();
        if token.kind == kind {
            Ok(token)
        } else {
            Err(self.unexpected(&token, context))
        }
    }

    pub(super) fn unexpected(&self, token: &Token<'_>, context: &str) -> String {
        if token.kind != Kind::Error {
            return self.error(&format!("unexpected {token} in {context}"));
        }
        let message = token.to_string();
        match self.action_line {
            Some(line) if line != token.line => {
                // Not "action in action".
                let link = if message.ends_with(" action") { "" } else { " in action" };
                self.error(&format!("{message}{link} started at {}:{line}", self.name))
            }
            _ => self.error(&message),
        }
    }

    pub(super) fn error(&self, message: &str) -> String {
        format!("template: {}:{}: {message}", self.name, self.tokens[0].line)
    }
}

impl Control {
    fn name(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::Range => "range",
            Self::With => "with",
        }
    }

    fn node(self, pipe: Pipe, last: List, first: Option<List>) -> Node {
        let (list, otherwise) = match first {
            Some(first) => (first, Some(last)),
            None => (last, None),
        };
        let branch = Branch { pipe, list, otherwise };
        match self {
            Self::If => Node::If(branch),
            Self::Range => Node::Range(branch),
            Self::With => Node::With(branch),
        }
    }
}

pub(super) const BLOCK: &str = "block clause";
const DEFINE: &str = "define clause";
