use signet_document::tree::{Branch, Element, Item, Key, Leaf, Pair, Scalar, Time, Tree};

/// Fields that are not known here, of a later version or of another program. They are kept, by name: their order says nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Others(Vec<(Key, Value)>);

#[derive(Clone, PartialEq, Eq)]
enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    /// The bits of the number.
    Float(u64),
    Time(Time),
    Text(Vec<u8>),
    Sequence(Vec<Self>),
    Mapping(Others),
}

impl Others {
    /// The fields of a mapping but those that are known.
    pub(super) fn of(tree: &Tree, is_known: impl Fn(&str) -> bool) -> Self {
        let others = tree.pairs().filter(|pair| !is_known(&pair.key.to_ascii_lowercase()));
        let mut others: Vec<_> = others.map(|pair| (pair.key.clone(), Value::of(&pair.value))).collect();
        others.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self(others)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.0
            .iter()
            .map(|(name, value)| Pair::new(name.clone(), value.branch()))
    }
}

impl Value {
    fn of(branch: &Branch) -> Self {
        match branch {
            Branch::Mapping(tree) => Self::Mapping(Others::of(tree, |_| false)),
            Branch::Sequence(elements) => {
                let items = elements.iter().filter_map(|element| match element {
                    Element::Item(item) => Some(Self::of(&item.value)),
                    Element::Comment(_) => None,
                });
                Self::Sequence(items.collect())
            }
            Branch::Leaf(leaf) => Self::of_leaf(leaf),
        }
    }

    fn of_leaf(leaf: &Leaf) -> Self {
        match leaf.scalar() {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Integer(value) => Self::Integer(*value),
            Scalar::Unsigned(value) => Self::Unsigned(*value),
            Scalar::Float(value) => Self::Float(value.to_bits()),
            Scalar::Time(value) => Self::Time(**value),
            Scalar::Text(bytes) => Self::Text(bytes.to_vec()),
        }
    }

    fn branch(&self) -> Branch {
        match self {
            Self::Null => Scalar::Null.into(),
            Self::Bool(value) => Scalar::Bool(*value).into(),
            Self::Integer(value) => Scalar::Integer(*value).into(),
            Self::Unsigned(value) => Scalar::Unsigned(*value).into(),
            Self::Float(bits) => Scalar::Float(f64::from_bits(*bits)).into(),
            Self::Time(value) => Scalar::Time(Box::new(*value)).into(),
            Self::Text(bytes) => Scalar::text(bytes.as_slice()).into(),
            Self::Sequence(values) => Branch::Sequence(values.iter().map(|value| item(value.branch())).collect()),
            Self::Mapping(others) => mapping(others.pairs()),
        }
    }
}

/// A mapping with its fields by name, as upstream writes every one since 3.13.
pub(super) fn mapping(pairs: impl IntoIterator<Item = Pair>) -> Branch {
    sorted(pairs).into()
}

pub(super) fn sorted(pairs: impl IntoIterator<Item = Pair>) -> Tree {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by(|one, other| one.key.cmp(&other.key));
    Tree {
        entries: pairs.into_iter().map(signet_document::tree::Entry::Pair).collect(),
    }
}

pub(super) fn item(value: Branch) -> Element {
    Element::Item(Item { value, place: None })
}
