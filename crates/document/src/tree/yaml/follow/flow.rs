//! Entries that come and go within brackets.

use std::ops::Range;

use zeroize::Zeroizing;

use super::Follower;
use crate::{
    splice::Splice,
    tree::{
        Element, Entry,
        yaml::{
            emit::Emitter,
            node::{Mapping, Node, NodeId, Sequence},
            style::Text,
        },
    },
};

/// An entry within brackets: where it stands, or its text if it is new.
enum Slot {
    Kept(usize, usize),
    New(Zeroizing<String>),
}

impl Follower<'_> {
    pub(super) fn flow_mapping(&mut self, entries: &[Entry], node: &Node, mapping: &Mapping) {
        let slots = entries.iter().filter_map(|entry| match entry {
            Entry::Comment(_) => None,
            Entry::Pair(pair) => Some(match pair.place.and_then(|place| self.bounds(place)) {
                Some((start, end)) => Slot::Kept(start, end),
                None => {
                    let mut emitter = Emitter::new(self.step);
                    emitter.flow_pair(pair);
                    Slot::New(emitter.finish())
                }
            }),
        });
        let slots: Vec<_> = slots.collect();
        let range = |(key, value): &(NodeId, NodeId)| {
            let (key, value) = (self.node(*key), self.node(*value));
            key.outer_start()..self.end(value).max(self.end(key))
        };
        let old: Vec<_> = mapping.pairs.iter().map(range).collect();
        self.replaced.extend(mapping.pairs.iter().map(|(key, _)| *key));
        self.slots(&slots, &old, node);
    }

    pub(super) fn flow_sequence(&mut self, elements: &[Element], node: &Node, sequence: &Sequence) {
        let slots = elements.iter().filter_map(|element| match element {
            Element::Comment(_) => None,
            Element::Item(item) => Some(match item.place.and_then(|place| self.bounds(place)) {
                Some((start, end)) => Slot::Kept(start, end),
                None => {
                    let mut emitter = Emitter::new(self.step);
                    emitter.flow(&item.value);
                    Slot::New(emitter.finish())
                }
            }),
        });
        let slots: Vec<_> = slots.collect();
        self.replaced.extend(sequence.items.iter().map(|(_, item)| *item));
        let range = |(start, item): &(usize, NodeId)| *start..self.end(self.node(*item));
        let old: Vec<_> = sequence.items.iter().map(range).collect();
        self.slots(&slots, &old, node);
    }

    /// Where an entry has gone, all between its neighbours goes, and a comma stands there. What stands in front of the last bracket stays.
    fn slots(&mut self, slots: &[Slot], old: &[Range<usize>], node: &Node) {
        let mut end = node.start.index + 1;
        let last = old.last().map_or(end, |last| last.end);
        let mut old = old.iter().map(|old| old.start).peekable();
        let (mut has_any, mut has_kept) = (false, false);
        for slot in slots {
            let separator = if has_any { ", " } else { "" };
            match slot {
                Slot::New(text) => self.replace(end..end, &Zeroizing::new(format!("{separator}{}", **text))),
                Slot::Kept(start, kept_end) => {
                    let mut has_gone = false;
                    while old.next_if(|old| old < start).is_some() {
                        has_gone = true;
                    }
                    old.next_if_eq(start);
                    if has_gone {
                        self.splice(Splice::new(end..*start, Text::Own("")));
                    }
                    // Between two that stay, a comma stands already.
                    if has_gone || !has_kept {
                        self.replace(*start..*start, separator);
                    }
                    end = *kept_end;
                    has_kept = true;
                }
            }
            has_any = true;
        }
        if old.next().is_some() {
            let bracket = node.end.saturating_sub(1);
            let has_comment = self.text.get(last..bracket).is_none_or(|rest| rest.contains('#'));
            let rest = if has_comment { bracket } else { last };
            self.splice(Splice::new(end..rest, Text::Own("")));
        }
    }
}
