//! Random expressions.

use crate::{
    catalogue::{FUNCTIONS, Function, Kind},
    random::Random,
    word::{self, KEYS},
};

/// An operand of the kind, mostly: in parentheses where it needs them.
pub(crate) fn operand(kind: Kind, depth: usize, variables: &[String], random: &mut Random) -> String {
    // Now and then something else altogether.
    if !matches!(kind, Kind::Size | Kind::Fixed) && random.percent(1) {
        let kind = random.pick(&[Kind::Any, Kind::Text, Kind::Number, Kind::List, Kind::Dict, Kind::Bool]);
        return right_operand(kind, depth, variables, random);
    }
    if random.percent(1) {
        return (random.pick(&["nil", ".missing", "(dict).x", "(index (dict) \"k\")"])).to_owned();
    }
    right_operand(kind, depth, variables, random)
}

/// An operand of the kind.
pub(crate) fn right_operand(kind: Kind, depth: usize, variables: &[String], random: &mut Random) -> String {
    let is_leaf = depth == 0 || random.percent(35);
    match kind {
        Kind::Size => word::literal(kind, random),
        Kind::Fixed => random
            .pick(&["(list 1 2 3)", "(list)", "(list \"a\" nil)", "(tuple 3 1 2 4 5)"])
            .to_owned(),
        Kind::Any => {
            let kind = random.pick(&[
                Kind::Text,
                Kind::Int,
                Kind::Float,
                Kind::Bool,
                Kind::List,
                Kind::Dict,
                Kind::Json,
            ]);
            if random.percent(10) {
                return calling(Kind::Any, depth, variables, random).unwrap_or_else(|| ".".to_owned());
            }
            right_operand(kind, depth, variables, random)
        }
        Kind::Text if is_leaf && random.percent(60) => {
            let dollar = if random.percent(90) { "$" } else { "" };
            format!("{dollar}.{}", random.pick(&KEYS[..KEYS.len() - 2]))
        }
        Kind::Text if is_leaf && !variables.is_empty() && random.percent(40) => random.pick(variables),
        Kind::Dict | Kind::DictOfStrings | Kind::List | Kind::Strings | Kind::Time if is_leaf => leaf(kind, random),
        _ if is_leaf => word::literal(kind, random),
        _ => calling(kind, depth, variables, random).unwrap_or_else(|| word::literal(kind, random)),
    }
}

fn leaf(kind: Kind, random: &mut Random) -> String {
    let from: &[&str] = match kind {
        Kind::Dict | Kind::DictOfStrings => &[
            "(dict)",
            "(dict \"a\" 1 \"b\" \"x\")",
            "(dict \"a\" (dict \"b\" (list 1 2)) \"n\" nil)",
            "(fromJson $.js)",
            "(dict \"scheme\" \"https\" \"host\" \"h\" \"path\" \"/p\" \"query\" \"a=1\")",
        ],
        Kind::Time => &[
            "(toDate \"2006-01-02\" $.day)",
            "(toDate \"2006-01-02T15:04:05Z07:00\" \"2021-07-08T09:10:11.123456789+05:30\")",
            "(toDate \"2006\" \"bad\")",
            "(toDate \"2006-01-02 15:04 MST\" \"1999-12-31 23:59 CET\")",
        ],
        Kind::Strings => &[
            "(splitList \",\" $.c)",
            "(splitList \"\" $.uni)",
            "(regexFindAll \"x\" \"a\" -1)",
        ],
        _ => &[
            "(list)",
            "(list 1 2 3)",
            "(list \"a\" \"b\" \"a\" nil \"\")",
            "(list 1.5 \"x\" true (list 1) (dict \"k\" 0))",
            "(until 4)",
            "(splitList \",\" $.c)",
            "(tuple 3 1 2)",
        ],
    };
    random.pick(from).to_owned()
}

/// A call whose result is of the kind.
fn calling(kind: Kind, depth: usize, variables: &[String], random: &mut Random) -> Option<String> {
    let fits = |function: &&Function| {
        let result = function.3;
        result == kind
            || kind == Kind::Any
            || kind == Kind::Number && matches!(result, Kind::Int | Kind::Float)
            || kind == Kind::List && result == Kind::Strings
    };
    let candidates: Vec<&Function> = FUNCTIONS.iter().filter(fits).collect();
    if candidates.is_empty() {
        return None;
    }
    let function = random.pick(&candidates);
    Some(format!(
        "({})",
        call(function, depth.saturating_sub(1), variables, random)
    ))
}

/// A call of the function, as a command or as a pipeline.
pub(crate) fn call(function: &Function, depth: usize, variables: &[String], random: &mut Random) -> String {
    let (name, params, rest, _) = *function;
    let mut arguments: Vec<String> = params
        .iter()
        .map(|kind| operand(*kind, depth, variables, random))
        .collect();
    if let Some(rest) = rest {
        for _ in 0..random.below(4) {
            arguments.push(operand(rest, depth, variables, random));
        }
    }
    if random.percent(1) {
        arguments.pop();
    } else if rest != Some(Kind::Size) && random.percent(1) {
        arguments.push(operand(Kind::Any, 0, variables, random));
    }
    let piped = random.percent(30).then(|| arguments.pop()).flatten();
    let mut text = name.to_owned();
    for argument in &arguments {
        text.push(' ');
        text.push_str(argument);
    }
    match piped {
        // Most of what stands in parentheses does not need them in front of a pipe.
        Some(first) => format!("{first} | {text}"),
        None => text,
    }
}

/// Any pipeline.
pub(crate) fn pipeline(depth: usize, variables: &[String], random: &mut Random) -> String {
    match random.below(20) {
        0 => format!("$.{}", random.pick(KEYS)),
        1 => random
            .pick(&[
                "$", ".", "$.a", "(.a)", "nil", "true", "1", "\"s\"", "'c'", "`r`", "1i", "1+2i", "-0x1e",
            ])
            .to_owned(),
        2 => {
            let method = random.pick(METHODS);
            format!("{}.{method}", leaf(Kind::Time, random))
        }
        3 => {
            let field = random.pick(&["a", "b", "a.b", "n", "n.x", "_0", "_1", "x.y.z", "scheme", "Cert"]);
            format!("{}.{field}", right_operand(Kind::Dict, depth.min(1), variables, random))
        }
        4 => {
            let method = random.pick(VERSION_METHODS);
            format!("(semver {}).{method}", word::literal(Kind::Version, random))
        }
        _ => call(&random.pick(FUNCTIONS), depth, variables, random),
    }
}

const METHODS: &[&str] = &[
    "Year",
    "Month",
    "Day",
    "Weekday",
    "YearDay",
    "Hour",
    "Unix",
    "UnixNano",
    "UnixMilli",
    "UTC",
    "UTC.Month",
    "Month.String",
    "Format \"Jan 2\"",
    "AddDate 0 1 0",
    "AddDate 1 -13 400",
    "Add 3600000000000",
    "IsZero",
    "Location",
    "Location.String",
    "Nope",
    "Truncate 3600000000000",
    "Round 60000000000",
    "Nanosecond",
    "Clock",
    "Zone",
    "String",
    "GoString",
    "MarshalText",
    "Minute",
    "Second",
    "Year 1",
    "Sub (toDate \"2006\" \"2000\")",
    "After (toDate \"2006\" \"2000\")",
    "Equal .",
    "Weekday | printf \"%d %s %v %x %q\"",
    "Local",
    "UTC.Location",
    "Compare (toDate \"2006\" \"2030\")",
];
const VERSION_METHODS: &[&str] = &[
    "Major",
    "Minor",
    "Patch",
    "Prerelease",
    "Metadata",
    "Original",
    "String",
    "IncMajor",
    "IncMinor.String",
    "IncPatch.Original",
    "IncPatch",
    "Compare (semver \"1.2\")",
    "LessThan (semver \"1.2.4\")",
    "GreaterThan (semver \"v1\")",
    "Equal (semver \"1.2.3\")",
    "Nope",
    "SetPrerelease \"beta.1\"",
    "SetMetadata \"x\"",
    "SetPrerelease \"é\"",
    "Major | printf \"%T %d %#v\"",
    "MarshalText",
    "IncMajor.LessThan (semver \"1.2.4\")",
];
