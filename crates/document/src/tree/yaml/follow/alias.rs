//! What aliases repeat.

use std::collections::BTreeSet;

use super::{Fate, Follower};
use crate::tree::{
    Place,
    yaml::node::{Content, Node},
};

/// Where a text with aliases changes.
pub(super) struct Touched {
    /// Where splices start.
    splices: BTreeSet<usize>,
    /// All parts by where they start.
    parts: Vec<(usize, Place)>,
}

impl Touched {
    /// None for a text without aliases.
    pub(super) fn new(follower: &Follower<'_>) -> Option<Self> {
        let source = follower.source;
        if !source
            .nodes
            .iter()
            .any(|node| matches!(node.content, Content::Alias(_)))
        {
            return None;
        }
        let places = source.parts.iter().map(|(place, _)| place);
        let mut parts: Vec<_> = places
            .filter_map(|place| Some((follower.bounds(place)?.0, place)))
            .collect();
        parts.sort_unstable();
        let splices = BTreeSet::new();
        Some(Self { splices, parts })
    }

    pub(super) fn note(&mut self, start: usize) {
        self.splices.insert(start);
    }
}

impl Follower<'_> {
    /// Whether something in a node, which stands in front of its aliases, is not what it was: they would repeat the change.
    pub(super) fn is_touched(&self, target: &Node) -> bool {
        let Some(touched) = &self.touched else { return false };
        let (start, end) = (target.outer_start(), self.end(target));
        if touched.splices.range(start..=end).next().is_some() {
            return true;
        }
        let first = touched.parts.partition_point(|(at, _)| *at < start);
        let parts = touched.parts.get(first..).unwrap_or_default();
        parts
            .iter()
            .take_while(|(at, _)| *at < end)
            .any(|(_, place)| self.fate_of(*place) == Fate::Gone)
    }
}
