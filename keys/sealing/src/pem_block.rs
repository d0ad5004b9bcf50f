//! PEM blocks as upstream takes them: in order, those with headers left out, what is around them or malformed skipped.

use pem::Pem;
use zeroize::Zeroizing;

/// The DER of every block of `text` that has one of `tags` and no headers. Text that is not PEM has none.
pub(crate) fn blocks<'a>(
    text: &'a [u8],
    tags: &'a [&'a str],
) -> impl Iterator<Item = (String, Zeroizing<Vec<u8>>)> + use<'a> {
    // Headers mark an encrypted key (RFC 1421): without its passphrase the block is no key.
    parsed(text)
        .filter(move |block| tags.contains(&block.tag()) && !has_headers(block))
        .map(|block| (block.tag().to_owned(), Zeroizing::new(block.into_contents())))
}

/// Every block of `text`. A malformed one does not hide those behind it, as it does not for Go.
pub(crate) fn parsed(text: &[u8]) -> impl Iterator<Item = Pem> + use<'_> {
    let text = std::str::from_utf8(text).unwrap_or_default();
    text.match_indices(BEGIN).filter_map(|(start, _)| {
        let rest = text.get(start..)?;
        let end = rest
            .get(BEGIN.len()..)?
            .find(BEGIN)
            .map_or(rest.len(), |next| BEGIN.len() + next);
        pem::parse(rest.get(..end)?).ok()
    })
}

/// Whether there are lines such as `Proc-Type` before the base64.
pub(crate) fn has_headers(block: &Pem) -> bool {
    block.headers().iter().next().is_some()
}

/// One block as text, in lines of 64 characters.
pub(crate) fn encode(tag: &str, der: &[u8]) -> Zeroizing<String> {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Zeroizing::new(pem::encode_config(&Pem::new(tag, der), config))
}

const BEGIN: &str = "-----BEGIN ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_block_hides_no_other() {
        let block = |tag: &str, body: &str| format!("-----BEGIN {tag}-----\n{body}\n-----END {tag}-----\n");
        let (good, bad) = (block("CERTIFICATE", "AAAA"), block("CERTIFICATE", "!"));
        let open = "-----BEGIN CERTIFICATE-----\nAAAA\n";
        let found = |text: &str| blocks(text.as_bytes(), &["CERTIFICATE"]).count();
        for text in [
            format!("{bad}{good}"),
            format!("{good}{bad}"),
            format!("{open}{good}"),
            format!("{good}{open}"),
            format!("text\n{good}text"),
        ] {
            assert_eq!(found(&text), 1, "{text}");
        }
        assert_eq!(found(&format!("{good}{}{good}", block("PRIVATE KEY", "AAAA"))), 2);
        for text in ["", "-----BEGIN ", open, &bad, "\u{e4}-----BEGIN CERTIFICATE"] {
            assert_eq!(found(text), 0, "{text}");
        }
    }
}
