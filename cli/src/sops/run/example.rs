//! What the editor shows of a file that is not there yet.

use signet_document::tree::{
    self, Branch, Comment, Element, Entry, Item, Layout, Scalar, Tree, TreeFormat, WriteError,
};
use zeroize::Zeroizing;

/// An example of a format, as upstream has it.
///
/// # Errors
/// [`WriteError`].
pub(super) fn example(format: TreeFormat, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let document = match format {
        TreeFormat::Yaml | TreeFormat::Json => nested(),
        TreeFormat::Dotenv => {
            let mut flat = simple();
            flat.push("example_multiline", Scalar::text("foo\nbar\nbaz"));
            flat
        }
        TreeFormat::Ini => {
            let mut document = Tree::default();
            document.push("Welcome!", simple());
            document
        }
        TreeFormat::Binary => return Ok(Zeroizing::new(WELCOME.as_bytes().to_vec())),
    };
    tree::write(&[document], format, layout)
}

fn nested() -> Tree {
    let mut tree = Tree::default();
    tree.push("hello", Scalar::text(WELCOME));
    tree.push("example_key", Scalar::text("example_value"));
    tree.entries.push(comment(" Example comment"));
    tree.push(
        "example_array",
        sequence([Scalar::text("example_value1"), Scalar::text("example_value2")]),
    );
    tree.push("example_number", Scalar::Float(1234.56789));
    tree.push("example_booleans", sequence([Scalar::Bool(true), Scalar::Bool(false)]));
    tree
}

fn simple() -> Tree {
    let mut tree = Tree::default();
    tree.entries.push(comment(" This is an example file."));
    tree.push("hello", Scalar::text(WELCOME));
    tree.push("example_key", Scalar::text("example_value"));
    tree
}

fn comment(text: &str) -> Entry {
    Entry::Comment(Comment::from(Zeroizing::new(text.to_owned())))
}

fn sequence(scalars: [Scalar; 2]) -> Branch {
    let item = |scalar: Scalar| {
        Element::Item(Item {
            value: scalar.into(),
            place: None,
        })
    };
    Branch::Sequence(scalars.map(item).into())
}

const WELCOME: &str = "Welcome to SOPS! Edit this file as you please!";
