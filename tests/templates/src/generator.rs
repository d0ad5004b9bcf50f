//! Random templates.

use crate::{
    catalogue::Kind,
    expression::{operand, pipeline, right_operand},
    random::Random,
};

/// The template of a seed.
pub(crate) fn template(random: &mut Random) -> String {
    let mut writer = Writer {
        text: String::new(),
        variables: Vec::new(),
        loops: 0,
        blocks: 0,
        random,
    };
    if writer.random.percent(95) {
        writer.text.push_str(writer.random.pick(DEFINITIONS));
    }
    for _ in 0..writer.random.between(1, 3) {
        writer.piece(2);
    }
    writer.text
}

struct Writer<'r> {
    text: String,
    variables: Vec<String>,
    loops: usize,
    blocks: usize,
    random: &'r mut Random,
}

impl Writer<'_> {
    fn piece(&mut self, depth: usize) {
        match self.random.below(if depth == 0 { 12 } else { 20 }) {
            0 => self
                .text
                .push_str(self.random.pick(&[" ", "text", "\n", " é\n ", "}}", "{ {", "\t\n"])),
            1 => self.text.push_str(self.random.pick(&[
                "{{/* c */}}",
                "{{- /* c */ -}}",
                "{{/*c*/ -}}",
                "{{- /* } */}}",
            ])),
            2 => self.assignment(),
            3 if self.loops > 0 => {
                let word = self.random.pick(&["break", "continue"]);
                let condition = self.pipeline(1);
                self.action(&format!("if {condition}"));
                self.action(word);
                self.action("end");
            }
            3 => {
                let argument = self.operand(Kind::Any);
                let name = self.random.pick(&["\"t\"", "\"t\"", "`t`", "\"u\"", "\"u\""]);
                self.action(&format!("template {name} {argument}"));
            }
            4..=11 => {
                let pipeline = self.pipeline(3);
                self.action(&pipeline);
            }
            12 | 13 => self.branch("if", depth),
            14 | 15 => self.branch("with", depth),
            16 => {
                let argument = self.operand(Kind::Any);
                self.blocks += usize::from(self.random.percent(95));
                let number = self.blocks;
                self.action(&format!("block \"b{number}\" {argument}"));
                let (variables, loops) = (std::mem::take(&mut self.variables), std::mem::take(&mut self.loops));
                self.piece(depth - 1);
                (self.variables, self.loops) = (variables, loops);
                self.action("end");
            }
            _ => self.range(depth),
        }
    }

    fn assignment(&mut self) {
        let pipeline = self.pipeline(2);
        let name = format!("${}", self.random.pick(&["x", "y", "é1"]));
        let is_known = self.variables.contains(&name);
        let sign = if is_known && self.random.percent(60) || self.random.percent(3) {
            "="
        } else {
            ":="
        };
        self.action(&format!("{name} {sign} {pipeline}"));
        // What changes a value changes it for all who hold it.
        if self.random.percent(15) {
            let change = self
                .random
                .pick(&["sortAlpha", "set", "unset", "mergeOverwrite", "merge", "mustPush"]);
            let arguments = match change {
                "set" => format!("{name} \"k\" (list 1)"),
                "unset" => format!("{name} \"a\""),
                "sortAlpha" => name.clone(),
                "mustPush" => format!("{name} 1"),
                _ => format!("{name} (dict \"a\" (dict \"z\" 1))"),
            };
            self.action(&format!("$_ := {change} {arguments}"));
            self.action(&name);
        }
        if !is_known && sign == ":=" {
            self.variables.push(name);
        }
    }

    fn branch(&mut self, word: &str, depth: usize) {
        let outside = self.variables.len();
        let condition = self.pipeline(2);
        let condition = if self.random.percent(15) {
            self.variables.push("$v".to_owned());
            format!("$v := {condition}")
        } else {
            condition
        };
        self.action(&format!("{word} {condition}"));
        self.body(depth);
        if self.random.percent(25) {
            let condition = self.pipeline(1);
            self.action(&format!("else {word} {condition}"));
            self.body(depth);
        }
        if self.random.percent(40) {
            self.action("else");
            self.body(depth);
        }
        self.variables.truncate(outside);
        self.action("end");
    }

    fn range(&mut self, depth: usize) {
        let outside = self.variables.len();
        // Nothing that could be a number, but for small ones: Go would count for hours.
        let kinds = [Kind::List, Kind::List, Kind::Strings, Kind::Dict, Kind::Size];
        let over = match self.random.pick(&kinds) {
            Kind::Size if self.random.percent(30) => "$.a".to_owned(),
            kind => right_operand(kind, 2, &self.variables, self.random),
        };
        let header = match self.random.below(4) {
            0 => {
                self.variables.push("$i".to_owned());
                self.variables.push("$w".to_owned());
                format!("$i, $w := {over}")
            }
            1 => {
                self.variables.push("$w".to_owned());
                format!("$w := {over}")
            }
            _ => over,
        };
        self.action(&format!("range {header}"));
        self.loops += 1;
        self.body(depth);
        self.loops -= 1;
        if self.random.percent(30) {
            self.action("else");
            self.body(depth);
        }
        self.variables.truncate(outside);
        self.action("end");
    }

    fn body(&mut self, depth: usize) {
        let outside = self.variables.len();
        for _ in 0..self.random.between(1, 2) {
            self.piece(depth - 1);
        }
        self.variables.truncate(outside);
    }

    fn operand(&mut self, kind: Kind) -> String {
        operand(kind, 2, &self.variables, self.random)
    }

    fn pipeline(&mut self, depth: usize) -> String {
        pipeline(depth, &self.variables, self.random)
    }

    fn action(&mut self, inside: &str) {
        let open = self.random.pick(&["{{ ", "{{ ", "{{ ", "{{", "{{- "]);
        let close = self.random.pick(&[" }}", " }}", " }}", "}}", " -}}"]);
        self.text.push_str(open);
        self.text.push_str(inside);
        self.text.push_str(close);
    }
}

/// Templates to call: `t` and `u`.
const DEFINITIONS: &[&str] = &[
    "{{ define \"t\" }}[{{ . }}]{{ end }}{{ define `u` }}{{ with . }}{{ . | quote }}{{ end }}{{ end }}",
    "{{ define \"t\" }}{{ range $i, $x := . }}{{ $i }}{{ $x }}{{ end }}{{ end }}{{ define \"u\" }}{{ template \"t\" list . }}{{ end }}",
    "{{- define \"t\" -}} {{ $ | printf \"%T\" }} {{- end }} {{ define \"u\" }}{{ $x := . }}{{ if $x }}y{{ else }}n{{ end }}{{ end -}} ",
];

/// The template with a few characters changed: most are no templates any more.
pub(crate) fn mutated(template: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = template.chars().collect();
    for _ in 0..random.between(1, 3) {
        if chars.is_empty() {
            break;
        }
        let at = random.below(chars.len());
        match random.below(3) {
            // Digits side by side could become a number that Go counts up to for days.
            0 if !chars[at].is_whitespace() => {
                chars.remove(at);
            }
            1 => chars.insert(
                at,
                random.pick(&[
                    '{', '}', '(', ')', '|', '.', '$', '"', '`', ' ', ',', ':', '=', '-', '\'', '\n', 'é', '%', '\\',
                ]),
            ),
            _ => {
                let other = random.below(chars.len());
                chars.swap(at, other);
            }
        }
    }
    chars.into_iter().collect()
}
