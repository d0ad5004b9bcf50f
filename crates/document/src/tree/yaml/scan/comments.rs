//! Which token a comment belongs to. It is the rule of go.yaml.in/yaml/v3, found nowhere else: see its `scannerc.go`.

use super::{Scanner, Shape, cursor::Mark};

/// A comment on its way to its token.
pub(super) struct Pending {
    pub(super) kind: CommentKind,
    pub(super) lines: Vec<CommentLine>,
    /// Where the search that found it began.
    pub(super) scan: usize,
    /// The token that it belongs to starts here, or is the next one.
    pub(super) token: Mark,
    pub(super) start: Mark,
    /// Where the next comment or token begins; 0 for one behind a token.
    pub(super) end: usize,
}

/// Which side of its node a comment is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::tree::yaml) enum CommentKind {
    /// In front of it.
    Head,
    /// Behind it, in its last line.
    Line,
    /// In lines below it.
    Foot,
}

/// A line of a comment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::tree::yaml) enum CommentLine {
    /// Bytes of the source, from the `#` to the end of the line.
    Text(usize, usize),
    /// A line between two comments that has nothing.
    Empty,
}

/// The part of a comment that has been read and not yet been given away.
struct Open {
    lines: Vec<CommentLine>,
    scan: usize,
    token: Mark,
    start: Mark,
}

impl Open {
    fn has_text(&self) -> bool {
        !self.lines.is_empty()
    }
}

impl Scanner<'_> {
    /// A comment behind a token, in the same line.
    pub(super) fn scan_line_comment(&mut self, token: Mark) {
        if self.cursor.breaks > 0 {
            return;
        }
        let blanks = self.cursor.rest().iter().take(LOOKAHEAD);
        let blanks = blanks.take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if blanks == LOOKAHEAD || self.cursor.ahead(blanks) != b'#' {
            return;
        }
        (0..blanks).for_each(|_| self.cursor.skip());
        let start = self.cursor.mark;
        let line = self.comment_text();
        self.comments.push_back(Pending {
            kind: CommentKind::Line,
            lines: vec![line],
            scan: 0,
            token,
            start,
            end: 0,
        });
    }

    /// A line comment behind the `-` of a new sequence heads what follows it in the next line.
    ///
    /// ```yaml
    /// - # the comment
    ///   - an item
    /// ```
    pub(super) fn turn_entry_comment(&mut self) {
        let is_entry = matches!(
            self.last,
            [Some((Shape::SequenceStart, _)), Some((Shape::BlockEntry, _))]
        );
        if !is_entry || self.cursor.is_break(0) {
            return;
        }
        let here = self.cursor.mark;
        if let Some(comment) = self
            .comments
            .back_mut()
            .filter(|comment| comment.kind == CommentKind::Line)
        {
            comment.kind = CommentKind::Head;
            if comment.start.line + 1 == here.line {
                comment.token = here;
            }
        }
    }

    /// Comments in lines of their own, from the one that the cursor is at to the next token.
    pub(super) fn scan_comments(&mut self, scan: Mark) {
        let [before, last] = self.last;
        let flow = |last: Option<(Shape, Mark)>| matches!(last, Some((Shape::FlowEntry, _)));
        let prior = if flow(last) && before.is_some() { before } else { last };
        let (shape, token) = prior.unwrap_or((Shape::Other, Mark::default()));
        let mut open = Open {
            lines: Vec::new(),
            scan: scan.index,
            token,
            start: Mark::default(),
        };
        let mut place = self.cursor.mark;
        let mut next_indent = self.least_indent();
        let mut is_after_empty = false;
        let mut is_first_gap = self.cursor.breaks <= 1;
        let foot_line = self.foot_line(scan);

        let mut ahead = 0;
        while ahead < LOOKAHEAD {
            place.column += 1;
            if self.cursor.is_blank(ahead) {
                ahead += 1;
                continue;
            }
            let byte = self.cursor.ahead(ahead);
            let closes = self.flow_level > 0 && matches!(byte, b']' | b'}');
            let here = Mark {
                index: self.cursor.mark.index + ahead,
                ..place
            };
            if closes || self.cursor.is_break_or_end(ahead) {
                if closes || !is_after_empty {
                    let is_dedented = open.start.column < next_indent + 1;
                    let follows = foot_line == Some(open.start.line) && shape != Shape::Value;
                    if closes || (is_first_gap && (follows || is_dedented)) {
                        if open.has_text() {
                            if is_dedented {
                                open.token = open.start;
                            }
                            self.close(&mut open, CommentKind::Foot, here);
                        }
                    } else if open.has_text() && byte != 0 {
                        open.lines.push(CommentLine::Empty);
                    }
                }
                if !self.cursor.is_break(ahead) {
                    break;
                }
                is_first_gap = false;
                is_after_empty = true;
                place.column = 0;
                place.line += 1;
                ahead += 1;
                continue;
            }
            if open.has_text() && place.column < next_indent + 1 && place.column != open.start.column {
                self.close(&mut open, CommentKind::Foot, here);
            }
            if byte != b'#' {
                break;
            }
            if !open.has_text() {
                open.start = here;
            }
            is_after_empty = false;
            while self.cursor.mark.index < here.index {
                match self.cursor.is_break(0) {
                    true => {
                        self.cursor.skip_break();
                    }
                    false => self.cursor.skip(),
                }
            }
            let line = self.comment_text();
            open.lines.push(line);
            // The byte at the cursor ends the comment; the next one is looked at.
            ahead = 1;
            place = Mark {
                column: 0,
                ..self.cursor.mark
            };
            next_indent = self.least_indent();
        }
        if open.has_text() {
            let end = Mark {
                index: (self.cursor.mark.index + ahead).saturating_sub(1),
                ..place
            };
            open.token = open.start;
            self.close(&mut open, CommentKind::Head, end);
        }
    }

    /// Gives a comment away. The next one starts its search where it ends.
    fn close(&mut self, open: &mut Open, kind: CommentKind, end: Mark) {
        self.comments.push_back(Pending {
            kind,
            lines: std::mem::take(&mut open.lines),
            scan: open.scan,
            token: open.token,
            start: open.start,
            end: end.index,
        });
        open.scan = end.index;
        open.token = end;
    }

    /// Where a block ends: before the comments that stand as far right as it does.
    pub(super) fn end_of_block(&self, mut end: Mark) -> Mark {
        let mut stop = end.index;
        for comment in self.comments.iter().rev() {
            if comment.end < stop {
                break;
            }
            if comment.start.column == self.least_indent() + 1 {
                end = comment.start;
            }
            stop = comment.scan;
        }
        end
    }

    fn comment_text(&mut self) -> CommentLine {
        let start = self.cursor.mark.index;
        while !self.cursor.is_break_or_end(0) {
            self.cursor.skip();
        }
        self.seen.insert((start, self.cursor.mark.index));
        CommentLine::Text(start, self.cursor.mark.index)
    }

    fn least_indent(&self) -> usize {
        usize::try_from(self.indent).unwrap_or_default()
    }

    /// The line where a comment must start to be the foot of what was before.
    fn foot_line(&self, scan: Mark) -> Option<usize> {
        if scan.line == 0 {
            return None;
        }
        let mark = self.cursor.mark;
        let line = (mark.line + 1).checked_sub(self.cursor.breaks)?;
        let is_behind_content = self.cursor.breaks == 0 && mark.column > 1;
        Some(line + usize::from(is_behind_content))
    }
}

/// How far blanks are looked through.
const LOOKAHEAD: usize = 512;
