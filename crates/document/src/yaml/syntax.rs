use granit_parser::ErrorKind;

/// What is wrong, without anything of the text: some kinds name the characters that they found.
pub(super) fn reason(kind: &ErrorKind) -> &'static str {
    use ErrorKind as Kind;
    match kind {
        Kind::UnclosedFlowCollection { .. } => "a bracket that is not closed",
        Kind::MisplacedFlowCollectionEnd | Kind::MismatchedFlowCollectionEnd { .. } => {
            "a closing bracket that does not fit"
        }
        Kind::ExpectedFlowMappingSeparator => "expected ',' or '}'",
        Kind::ExpectedFlowSequenceSeparator => "expected ',' or ']'",
        Kind::UnclosedQuotedScalar => "a quote that is not closed",
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            "text behind a closing quote"
        }
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => "an unknown escape in double quotes",
        kind if is_tab(kind) => "a tab where spaces have to be",
        Kind::InvalidIndentation
        | Kind::InvalidBlockScalarIndent
        | Kind::InvalidQuotedScalarIndent
        | Kind::InvalidFlowScalarIndent => "indentation that fits no line before",
        Kind::MappingValueNotAllowed | Kind::MappingKeyNotAllowed | Kind::InvalidColonPlacement => {
            "a key or ':' where none can be"
        }
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => "expected ':' behind the key",
        Kind::ExpectedBlockMappingKey => "expected a key",
        Kind::ExpectedBlockSequenceEntry => "expected '-'",
        Kind::BlockSequenceEntryNotAllowed | Kind::BlockEntryInFlowCollection | Kind::InvalidBlockEntryWhitespace => {
            "a '-' where no item can be"
        }
        Kind::UnexpectedCharacter { .. }
        | Kind::PlainScalarStartsWithDashFlowIndicator
        | Kind::UnexpectedEndOfPlainScalar => "a character that no text without quotes can start with",
        Kind::CommentInterceptedScalar | Kind::CommentNotSeparated => "a comment where none can be",
        Kind::DocumentIndicatorInQuotedScalar => "'---' or '...' inside quotes",
        Kind::ExpectedDocumentStart | Kind::InvalidDocumentEnd | Kind::MissingDocumentEndBeforeDirective => {
            "expected the end of the document"
        }
        Kind::ExpectedNodeContent
        | Kind::UnexpectedEof
        | Kind::UnexpectedEofBlockMapping
        | Kind::UnexpectedEofBlockSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofImplicitFlowMapping => "expected a value",
        Kind::UndeclaredTagHandle => "a tag whose handle is not declared",
        Kind::UnsupportedYamlMajorVersion => "a version of YAML that is not 1",
        Kind::InvalidBlockScalarHeader | Kind::ZeroBlockScalarIndent => "a malformed '|' or '>'",
        Kind::MissingAnchorOrAliasName => "an anchor or alias without a name",
        Kind::BomInsideDocument => "a byte order mark inside a document",
        _ => "not YAML",
    }
}

/// Whether a tab is what is wrong.
pub(super) fn is_tab(kind: &ErrorKind) -> bool {
    use ErrorKind as Kind;
    matches!(
        kind,
        Kind::TabAtBlockScalarStart
            | Kind::TabInBlockIndentation
            | Kind::TabInIndentation
            | Kind::TabInPlainScalar
            | Kind::TabNotAllowed
    )
}
