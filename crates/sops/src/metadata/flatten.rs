//! Metadata of formats that have no depth, dotenv and INI: `age__list_0__map_enc` (upstream `stores/flatten.go`).

use std::collections::BTreeMap;

use signet_document::tree::{Branch, Element, Entry, Item, Pair, Scalar, Tree};

use super::error::{MetadataError, MetadataFault};

/// Every value under the names of its way from the top. Empty lists and mappings have none.
pub(super) fn flatten(tree: Tree) -> Vec<(String, Scalar)> {
    let mut flat = Vec::new();
    for pair in pairs(tree) {
        add(pair.key.to_string(), pair.value, &mut flat);
    }
    flat
}

/// The tree of such values.
///
/// # Errors
/// [`MetadataError`]: a name that is none, or one that contradicts another.
pub(super) fn unflatten(flat: impl IntoIterator<Item = (String, Scalar)>) -> Result<Tree, MetadataError> {
    let mut root = Node::Mapping(BTreeMap::new());
    for (name, value) in flat {
        let wrong = |expected| MetadataError::new(name.clone(), MetadataFault::Type(expected));
        let steps = steps(&name).ok_or_else(|| wrong("a name as in age__list_0__map_enc"))?;
        root.put(&steps, value)
            .ok_or_else(|| wrong("the only value under this name"))?;
    }
    match root.branch() {
        Some(Branch::Mapping(tree)) => Ok(tree),
        _ => Err(MetadataError::new("", MetadataFault::Type("a complete list"))),
    }
}

fn pairs(tree: Tree) -> impl Iterator<Item = Pair> {
    tree.entries.into_iter().filter_map(|entry| match entry {
        Entry::Pair(pair) => Some(pair),
        Entry::Comment(_) => None,
    })
}

fn add(name: String, value: Branch, flat: &mut Vec<(String, Scalar)>) {
    match value {
        Branch::Mapping(tree) => {
            for pair in pairs(tree) {
                add(format!("{name}{MAPPING}{}", pair.key), pair.value, flat);
            }
        }
        Branch::Sequence(elements) => {
            let items = elements.into_iter().filter_map(|element| match element {
                Element::Item(item) => Some(item.value),
                Element::Comment(_) => None,
            });
            for (index, value) in items.enumerate() {
                add(format!("{name}{LIST}{index}"), value, flat);
            }
        }
        Branch::Leaf(leaf) => flat.push((name, leaf.into_scalar())),
    }
}

/// What a step of a name leads to.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The steps of a name; none where an index is no number, and where there are more than any metadata have.
fn steps(name: &str) -> Option<Vec<Step<'_>>> {
    let next = |rest: &str| {
        let places = [MAPPING, LIST].map(|separator| rest.find(separator));
        places.into_iter().flatten().min().unwrap_or(rest.len())
    };
    let (first, mut rest) = name.split_at(next(name));
    let mut steps = vec![Step::Key(first)];
    while !rest.is_empty() {
        if steps.len() == MOST_STEPS {
            return None;
        }
        let (is_key, tail) = match rest.strip_prefix(MAPPING) {
            Some(tail) => (true, tail),
            None => (false, rest.strip_prefix(LIST)?),
        };
        let (text, after) = tail.split_at(next(tail));
        steps.push(match is_key {
            true => Step::Key(text),
            false => Step::Index(text.parse().ok()?),
        });
        rest = after;
    }
    Some(steps)
}

/// A tree that is being put together, whose items may come in any order.
enum Node {
    Leaf(Option<Scalar>),
    List(BTreeMap<usize, Self>),
    Mapping(BTreeMap<String, Self>),
}

impl Node {
    /// Nothing where there is something else already.
    fn put(&mut self, steps: &[Step<'_>], value: Scalar) -> Option<()> {
        let Some((step, rest)) = steps.split_first() else {
            return match self {
                Self::Leaf(scalar @ None) => {
                    *scalar = Some(value);
                    Some(())
                }
                _ => None,
            };
        };
        if matches!(self, Self::Leaf(None)) {
            *self = match step {
                Step::Key(_) => Self::Mapping(BTreeMap::new()),
                Step::Index(_) => Self::List(BTreeMap::new()),
            };
        }
        match (self, step) {
            (Self::List(items), Step::Index(index)) => items.entry(*index).or_insert(Self::Leaf(None)).put(rest, value),
            (Self::Mapping(nodes), Step::Key(key)) => {
                let node = nodes.entry((*key).to_owned()).or_insert(Self::Leaf(None));
                node.put(rest, value)
            }
            _ => None,
        }
    }

    /// Nothing where items are missing.
    fn branch(self) -> Option<Branch> {
        Some(match self {
            Self::Leaf(scalar) => scalar?.into(),
            Self::List(items) => {
                let mut elements = Vec::new();
                for (expected, (index, node)) in items.into_iter().enumerate() {
                    let value = node.branch().filter(|_| index == expected)?;
                    elements.push(Element::Item(Item { value, place: None }));
                }
                Branch::Sequence(elements)
            }
            Self::Mapping(nodes) => {
                let mut tree = Tree::default();
                for (key, node) in nodes {
                    tree.push(key, node.branch()?);
                }
                tree.into()
            }
        })
    }
}

const MAPPING: &str = "__map_";
const LIST: &str = "__list_";

/// A bound for recursion over the tree.
const MOST_STEPS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(names: &[&str]) -> Vec<(String, Scalar)> {
        let value = |(number, name): (usize, &&str)| ((*name).to_owned(), Scalar::text(number.to_string()));
        names.iter().enumerate().map(value).collect()
    }

    #[test]
    fn names_come_back() {
        let names = [
            "age__list_0__map_enc",
            "age__list_0__map_recipient",
            "age__list_1__map_enc",
            "key_groups__list_1__map_kms__list_0__map_context__map_Role",
            "key_groups__list_0__map_age__list_0__map_enc",
            "mac",
            "version",
        ];
        let tree = unflatten(flat(&names)).expect("a tree");
        let mut found: Vec<_> = flatten(tree)
            .into_iter()
            .map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()))
            .collect();
        found.sort();
        let mut expected: Vec<_> = flat(&names)
            .into_iter()
            .map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()))
            .collect();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for names in [
            &["a__list_x"][..],
            &["a__list_"],
            &["a__list_-1"],
            &["a__list_1"],
            &["a__list_0", "a__list_2"],
            &["a", "a"],
            &["a", "a__map_b"],
            &["a__map_b", "a"],
            &["a__map_b", "a__list_0"],
            &["a__list_0", "a__list_0__map_b"],
            &[&"a__map_".repeat(100_000)],
        ] {
            assert!(unflatten(flat(names)).is_err());
        }
        assert!(unflatten(flat(&[])).is_ok_and(|tree| tree.entries.is_empty()));
    }
}
