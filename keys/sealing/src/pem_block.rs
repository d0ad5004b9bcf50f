//! PEM blocks as upstream takes them: in order, those with headers left out, text around them skipped.

use pem::Pem;
use zeroize::Zeroizing;

/// The DER of every block of `text` that has one of `tags` and no headers. Text that is not PEM has none.
pub(crate) fn blocks<'a>(
    text: &[u8],
    tags: &'a [&'a str],
) -> impl Iterator<Item = (String, Zeroizing<Vec<u8>>)> + use<'a> {
    // Headers mark an encrypted key (RFC 1421): without its passphrase the block is no key.
    let blocks = pem::parse_many(text).unwrap_or_default();
    blocks
        .into_iter()
        .filter(move |block| tags.contains(&block.tag()) && block.headers().iter().next().is_none())
        .map(|block| (block.tag().to_owned(), Zeroizing::new(block.into_contents())))
}

/// One block as text, in lines of 64 characters.
pub(crate) fn encode(tag: &str, der: &[u8]) -> Zeroizing<String> {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Zeroizing::new(pem::encode_config(&Pem::new(tag, der), config))
}
