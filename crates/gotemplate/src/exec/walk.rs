//! Nodes, one after another. What is to be done after a node stands on a stack of our own: templates may call templates as
//! deep as the limit allows, whatever the stack of the thread.

use crate::{
    Integer, Limit, Text, Value,
    function::Failure,
    parse::tree::{Branch, Invocation, List, Node},
    value,
};

use super::{Execution, location::At};

/// What is left to do.
enum Frame<'t> {
    /// The rest of a list.
    List { nodes: &'t List, next: usize, dot: Value },
    /// Forget the variables of an `if` or `with`.
    Forget(usize),
    /// The rest of a loop.
    Range(Box<Range<'t>>),
    /// Forget the variables of a loop that had no items. Go's `break` in its `else` ends here.
    RangeElse(usize),
    /// Go back to the template that called.
    Return {
        template: &'t str,
        variables: Vec<(&'t str, Value)>,
    },
}

struct Range<'t> {
    branch: &'t Branch,
    items: Items,
    /// Variables before the loop.
    outside: usize,
    /// Variables with those of the loop.
    inside: usize,
}

/// What a loop goes through.
enum Items {
    Integers { next: Integer, count: u64 },
    List { list: value::List, next: usize },
    Map(std::vec::IntoIter<(Text, Value)>),
}

impl<'t> Execution<'t, '_> {
    /// Renders a template's content.
    pub(super) fn walk(&mut self, root: &'t List, dot: &Value) -> Result<(), Failure> {
        let mut stack = vec![Frame::List {
            nodes: root,
            next: 0,
            dot: dot.clone(),
        }];
        while let Some(frame) = stack.last_mut() {
            match frame {
                Frame::List { nodes, next, dot } => {
                    let Some(&number) = nodes.get(*next) else {
                        stack.pop();
                        continue;
                    };
                    *next += 1;
                    let dot = dot.clone();
                    self.node(number, dot, &mut stack)?;
                }
                Frame::Range(range) => match range.items.next() {
                    Some(item) => {
                        self.variables.truncate(range.inside);
                        let dot = self.iterate(range.branch, item)?;
                        let nodes = &range.branch.list;
                        stack.push(Frame::List { nodes, next: 0, dot });
                    }
                    None => self.leave(&mut stack),
                },
                Frame::Forget(_) | Frame::RangeElse(_) | Frame::Return { .. } => self.leave(&mut stack),
            }
        }
        Ok(())
    }

    fn node(&mut self, number: usize, dot: Value, stack: &mut Vec<Frame<'t>>) -> Result<(), Failure> {
        self.call.step()?;
        let trees = self.trees;
        match &trees.nodes[number] {
            Node::Text(text) => self.write(text.as_bytes()),
            Node::Action(pipe) => {
                let value = self.pipeline(&dot, pipe)?;
                if pipe.variables.is_empty() {
                    self.print(&value)
                } else {
                    Ok(())
                }
            }
            Node::If(branch) => self.branch(branch, dot, false, stack),
            Node::With(branch) => self.branch(branch, dot, true, stack),
            Node::Range(branch) => self.range(branch, dot, stack),
            Node::Template(invocation) => self.invoke(invocation, &dot, stack),
            Node::Break => {
                self.unwind(stack, |frame| matches!(frame, Frame::Range(_) | Frame::RangeElse(_)));
                self.leave(stack);
                Ok(())
            }
            Node::Continue => {
                self.unwind(stack, |frame| matches!(frame, Frame::Range(_)));
                Ok(())
            }
        }
    }

    fn branch(
        &mut self,
        branch: &'t Branch,
        dot: Value,
        sets_dot: bool,
        stack: &mut Vec<Frame<'t>>,
    ) -> Result<(), Failure> {
        let outside = self.variables.len();
        let value = self.pipeline(&dot, &branch.pipe)?;
        let list = if value.truth() {
            Some(&branch.list)
        } else {
            branch.otherwise.as_ref()
        };
        let dot = if sets_dot && value.truth() { value } else { dot };
        stack.push(Frame::Forget(outside));
        stack.extend(list.map(|nodes| Frame::List { nodes, next: 0, dot }));
        Ok(())
    }

    fn range(&mut self, branch: &'t Branch, dot: Value, stack: &mut Vec<Frame<'t>>) -> Result<(), Failure> {
        let outside = self.variables.len();
        let value = self.pipeline(&dot, &branch.pipe)?;
        let items = match value {
            Value::Integer(_) if branch.pipe.variables.len() > 1 => {
                return Err("can't use a number to iterate over more than one variable".into());
            }
            Value::Integer(integer) => {
                let negative = integer.kind().is_signed() && integer.signed() < 0;
                Some(Items::Integers {
                    next: Integer::unsigned(integer.kind(), 0),
                    count: if negative { 0 } else { integer.bits() },
                })
            }
            Value::List(list) => Some(Items::List { list, next: 0 }),
            Value::Map(map) => {
                self.call.charge(map.len() * 64)?;
                Some(Items::Map(map.entries().into_iter()))
            }
            Value::Missing | Value::Nil => None,
            // Go quotes the value, which may be a secret.
            other => {
                let kind = other.type_of().map(|kind| kind.to_string()).unwrap_or_default();
                return Err(format!("range can't iterate over {kind}").into());
            }
        };
        match items.filter(|items| !items.is_empty()) {
            Some(items) => stack.push(Frame::Range(Box::new(Range {
                branch,
                items,
                outside,
                inside: self.variables.len(),
            }))),
            None => {
                stack.push(Frame::RangeElse(outside));
                stack.extend(
                    branch
                        .otherwise
                        .as_ref()
                        .map(|nodes| Frame::List { nodes, next: 0, dot }),
                );
            }
        }
        Ok(())
    }

    /// Sets the variables of a loop for its next item, which is the new dot.
    fn iterate(&mut self, branch: &'t Branch, item: (Value, Value)) -> Result<Value, Failure> {
        self.call.step()?;
        let (index, element) = item;
        let names = &branch.pipe.variables;
        if branch.pipe.assigns {
            match names.as_slice() {
                [] => {}
                [name] => self.set_variable(name, element.clone())?,
                [first, second, ..] => {
                    self.set_variable(first, index)?;
                    self.set_variable(second, element.clone())?;
                }
            }
            return Ok(element);
        }
        let mut places = self.variables.iter_mut().rev().map(|(_, place)| place);
        if !names.is_empty()
            && let Some(place) = places.next()
        {
            *place = element.clone();
        }
        if names.len() > 1
            && let Some(place) = places.next()
        {
            *place = index;
        }
        Ok(element)
    }

    fn invoke(&mut self, invocation: &'t Invocation, dot: &Value, stack: &mut Vec<Frame<'t>>) -> Result<(), Failure> {
        self.at = At::Invocation(invocation);
        let (name, nodes) = self.template(invocation)?;
        if self.depth >= self.limits.depth {
            return Err(Limit::Depth.into());
        }
        self.call.charge(BYTES_OF_CALL)?;
        let dot = match &invocation.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::Missing,
        };
        self.depth += 1;
        stack.push(Frame::Return {
            template: std::mem::replace(&mut self.template, name),
            variables: std::mem::replace(&mut self.variables, vec![("$", dot.clone())]),
        });
        stack.push(Frame::List { nodes, next: 0, dot });
        Ok(())
    }

    /// Leaves frames up to one that is such, which stays.
    fn unwind(&mut self, stack: &mut Vec<Frame<'t>>, stays: fn(&Frame<'_>) -> bool) {
        while stack.last().is_some_and(|frame| !stays(frame)) {
            self.leave(stack);
        }
    }

    /// Takes the last frame away, and does what is to be done at its end.
    fn leave(&mut self, stack: &mut Vec<Frame<'t>>) {
        match stack.pop() {
            None | Some(Frame::List { .. }) => {}
            Some(Frame::Forget(outside) | Frame::RangeElse(outside)) => self.variables.truncate(outside),
            Some(Frame::Range(range)) => self.variables.truncate(range.outside),
            Some(Frame::Return { template, variables }) => {
                self.template = template;
                self.variables = variables;
                self.depth -= 1;
            }
        }
    }
}

impl Items {
    fn is_empty(&self) -> bool {
        match self {
            Self::Integers { count, .. } => *count == 0,
            Self::List { list, .. } => list.is_empty(),
            Self::Map(entries) => entries.len() == 0,
        }
    }

    /// The next index or key, and its item.
    fn next(&mut self) -> Option<(Value, Value)> {
        match self {
            Self::Integers { next, count } => {
                let item = *next;
                *count = count.checked_sub(1)?;
                *next = Integer::unsigned(item.kind(), item.bits().wrapping_add(1));
                Some((Value::Missing, Value::Integer(item)))
            }
            Self::List { list, next } => {
                let item = list.items().get(*next)?.clone();
                let index = Value::int(i64::try_from(*next).unwrap_or(i64::MAX));
                *next += 1;
                Some((index, item))
            }
            Self::Map(entries) => entries.next().map(|(key, value)| (Value::String(key), value)),
        }
    }
}

/// What a template that is called takes up until it is done.
const BYTES_OF_CALL: usize = 512;
