//! Actions: what stands between the delimiters.

use crate::strconv;

use super::{
    parser::{BLOCK, Control, Item, Parser},
    token::{Kind, Token},
    tree::{Invocation, Node},
};

impl Parser<'_> {
    /// An action, its left delimiter being read.
    pub(super) fn action(&mut self) -> Result<Item, String> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Block => self.block(),
            Kind::Break => self.loop_control("break", Node::Break),
            Kind::Continue => self.loop_control("continue", Node::Continue),
            Kind::Else => {
                let next = self.peek_non_space();
                if !matches!(next.kind, Kind::If | Kind::With) {
                    self.expect(Kind::RightDelimiter, "else")?;
                }
                Ok(Item::Else)
            }
            Kind::EndKeyword => {
                self.expect(Kind::RightDelimiter, "end")?;
                Ok(Item::End)
            }
            Kind::If => self.branch(Control::If),
            Kind::Range => self.branch(Control::Range),
            Kind::Template => self.template(),
            Kind::With => self.branch(Control::With),
            _ => {
                self.push_back();
                let pipe = self.pipeline("command", Kind::RightDelimiter)?;
                Ok(Item::Node(Node::Action(pipe)))
            }
        }
    }

    fn branch(&mut self, control: Control) -> Result<Item, String> {
        self.open_branch(control, false)?;
        Ok(Item::Opened)
    }

    fn loop_control(&mut self, name: &str, node: Node) -> Result<Item, String> {
        let token = self.next_non_space();
        if token.kind != Kind::RightDelimiter {
            return Err(self.unexpected(&token, &format!("{{{{{name}}}}}")));
        }
        if self.range_depth == 0 {
            return Err(self.error(&format!("{{{{{name}}}}} outside {{{{range}}}}")));
        }
        Ok(Item::Node(node))
    }

    fn block(&mut self) -> Result<Item, String> {
        let token = self.next_non_space();
        let name = self.template_name(&token, BLOCK)?;
        let pipe = self.pipeline(BLOCK, Kind::RightDelimiter)?;
        let invocation = Invocation {
            position: token.position,
            name: name.clone(),
            pipe: Some(pipe),
        };
        self.open_definition(name, Some(invocation));
        self.action_line = None;
        Ok(Item::Opened)
    }

    fn template(&mut self) -> Result<Item, String> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let mut pipe = None;
        if self.next_non_space().kind != Kind::RightDelimiter {
            self.push_back();
            pipe = Some(self.pipeline(CONTEXT, Kind::RightDelimiter)?);
        }
        Ok(Item::Node(Node::Template(Invocation {
            position: token.position,
            name,
            pipe,
        })))
    }

    fn template_name(&mut self, token: &Token<'_>, context: &str) -> Result<String, String> {
        match token.kind {
            Kind::String | Kind::RawString => self.unquote(token.text),
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// The name that a literal stands for.
    pub(super) fn unquote(&self, literal: &str) -> Result<String, String> {
        let bytes = strconv::unquote(literal).ok_or_else(|| self.error("invalid syntax"))?;
        Ok(bytes.utf8_chunks().fold(String::new(), |mut name, chunk| {
            name.push_str(chunk.valid());
            name.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
            name
        }))
    }
}
