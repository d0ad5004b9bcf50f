use super::scan::{CommentLine, Mark, Style, Text};

/// The nodes of all documents of a text.
#[derive(Default)]
pub(super) struct Nodes(Vec<Node>);

/// Which node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct NodeId(u32);

pub(super) struct Node {
    pub(super) content: Content,
    /// Behind anchor and tag.
    pub(super) start: Mark,
    pub(super) end: usize,
    pub(super) properties: Option<Box<Properties>>,
    comments: Option<Box<Comments>>,
}

pub(super) enum Content {
    Scalar { style: Style, text: Text },
    Alias(NodeId),
    Sequence(Sequence),
    Mapping(Mapping),
}

pub(super) struct Sequence {
    /// Where the `-` is, or the item in brackets starts, and the item.
    pub(super) items: Vec<(usize, NodeId)>,
    pub(super) is_flow: bool,
}

pub(super) struct Mapping {
    pub(super) pairs: Vec<(NodeId, NodeId)>,
    pub(super) is_flow: bool,
}

#[derive(Default)]
pub(super) struct Properties {
    /// Where the first of both starts, and the last one ends.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Bytes of the name.
    pub(super) anchor: Option<(usize, usize)>,
    /// The tag, its handle replaced, and its bytes.
    pub(super) tag: Option<(String, usize, usize)>,
}

/// The comments of a node.
#[derive(Default)]
pub(super) struct Comments {
    pub(super) head: Vec<CommentLine>,
    pub(super) line: Vec<CommentLine>,
    pub(super) foot: Vec<CommentLine>,
    /// Those inside of its brackets that upstream loses.
    pub(super) lost: Vec<CommentLine>,
}

#[derive(Default)]
pub(super) struct Document {
    pub(super) root: NodeId,
    pub(super) head: Vec<CommentLine>,
    pub(super) foot: Vec<CommentLine>,
    /// Behind its `---`, or where its content starts.
    pub(super) start: usize,
    /// Before the `---` or `...` behind it.
    pub(super) end: usize,
}

impl Node {
    /// Whether it is a text in lines below its header.
    pub(super) fn is_block(&self) -> bool {
        let Content::Scalar { style, .. } = &self.content else {
            return false;
        };
        matches!(style, Style::Literal | Style::Folded)
    }

    pub(super) fn new(content: Content, start: Mark, end: usize, comments: [Vec<CommentLine>; 3]) -> Self {
        let has_comments = comments.iter().any(|lines| !lines.is_empty());
        let [head, line, foot] = comments;
        let comments = Comments {
            head,
            line,
            foot,
            lost: Vec::new(),
        };
        Self {
            content,
            start,
            end,
            properties: None,
            comments: has_comments.then(|| Box::new(comments)),
        }
    }

    pub(super) fn comments(&self) -> Option<&Comments> {
        self.comments.as_deref()
    }

    /// Where it starts, anchor and tag included.
    pub(super) fn outer_start(&self) -> usize {
        let properties = self.properties.as_ref();
        properties.map_or(self.start.index, |properties| properties.start)
    }

    pub(super) fn tag(&self) -> Option<&str> {
        let tag = self.properties.as_ref()?.tag.as_ref()?;
        Some(&tag.0)
    }
}

impl Nodes {
    pub(super) fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(node);
        id
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Node> {
        self.0.iter()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "only `push` makes an id, and nothing is taken away"
    )]
    pub(super) fn get(&self, id: NodeId) -> &Node {
        &self.0[id.0 as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "as `get`")]
    pub(super) fn get_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.0[id.0 as usize]
    }

    pub(super) fn take_foot(&mut self, id: NodeId) -> Option<Vec<CommentLine>> {
        let comments = self.get_mut(id).comments.as_mut()?;
        let foot = std::mem::take(&mut comments.foot);
        Some(foot).filter(|foot| !foot.is_empty())
    }

    pub(super) fn set_foot(&mut self, id: NodeId, foot: Vec<CommentLine>) {
        self.get_mut(id).comments.get_or_insert_default().foot = foot;
    }

    /// The foot of a value is that of its key, if that has none.
    pub(super) fn move_foot(&mut self, value: NodeId, key: NodeId) {
        let has_foot = self
            .get(key)
            .comments()
            .is_some_and(|comments| !comments.foot.is_empty());
        if !has_foot && let Some(foot) = self.take_foot(value) {
            self.set_foot(key, foot);
        }
    }

    pub(super) fn set_lost(&mut self, id: NodeId, lost: Vec<CommentLine>) {
        if !lost.is_empty() {
            self.get_mut(id).comments.get_or_insert_default().lost = lost;
        }
    }
}
