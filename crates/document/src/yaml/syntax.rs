use granit_parser::ErrorKind;

/// What is wrong, without anything of the text: some kinds name the characters that they found.
pub(super) fn reason(kind: &ErrorKind) -> &'static str {
    use ErrorKind as Kind;
    match kind {
        Kind::UnexpectedEof
        | Kind::UnexpectedEofBlockMapping
        | Kind::UnexpectedEofBlockSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofImplicitFlowMapping => "the text ends in the middle of a value",
        Kind::UnclosedFlowCollection { .. } => "a bracket that is not closed",
        Kind::MisplacedFlowCollectionEnd | Kind::MismatchedFlowCollectionEnd { .. } => "a closing bracket that does not fit",
        Kind::ExpectedFlowMappingSeparator => "expected ',' or '}'",
        Kind::ExpectedFlowSequenceSeparator => "expected ',' or ']'",
        Kind::UnclosedQuotedScalar => "a quote that is not closed",
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => "text behind a closing quote",
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => "an unknown escape in double quotes",
        Kind::TabNotAllowed | Kind::TabInBlockIndentation | Kind::TabInIndentation | Kind::TabAtBlockScalarStart | Kind::TabInPlainScalar => {
            "a tab where spaces have to be"
        }
        Kind::InvalidIndentation
        | Kind::InvalidBlockScalarIndent
        | Kind::InvalidQuotedScalarIndent
        | Kind::InvalidFlowScalarIndent => "indentation that fits no line before",
        Kind::MappingValueNotAllowed | Kind::MappingKeyNotAllowed | Kind::InvalidColonPlacement => "a key or ':' where none can be",
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => "expected ':' behind the key",
        Kind::ExpectedBlockMappingKey => "expected a key",
        Kind::ExpectedBlockSequenceEntry => "expected '-'",
        Kind::BlockSequenceEntryNotAllowed | Kind::BlockEntryInFlowCollection | Kind::InvalidBlockEntryWhitespace => {
            "a '-' where no item can be"
        }
        Kind::UnexpectedCharacter { .. } | Kind::PlainScalarStartsWithDashFlowIndicator | Kind::UnexpectedEndOfPlainScalar => {
            "a character that no text without quotes can start with"
        }
        Kind::CommentInterceptedScalar | Kind::CommentNotSeparated => "a comment where none can be",
        Kind::DocumentIndicatorInQuotedScalar => "'---' or '...' inside quotes",
        Kind::ExpectedDocumentStart | Kind::InvalidDocumentEnd | Kind::MissingDocumentEndBeforeDirective => "expected the end of the document",
        Kind::ExpectedNodeContent => "expected a value",
        Kind::InvalidBlockScalarHeader | Kind::ZeroBlockScalarIndent => "a malformed '|' or '>'",
        Kind::MissingAnchorOrAliasName => "an anchor or alias without a name",
        Kind::BomInsideDocument => "a byte order mark inside a document",
        _ => "not YAML",
    }
}
