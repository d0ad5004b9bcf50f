//! Semantic versions and what they are checked against (github.com/Masterminds/semver 3.4).

mod constraint;
mod version;

pub(crate) use version::{compare, parse};

use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("semver", &[STRING], |call, arguments| {
        let text = arguments.text(0)?;
        call.charge(text.len().saturating_mul(3))?;
        Ok(parse(text.as_bytes())?.into())
    }),
    Function::new("semverCompare", &[STRING, STRING], semver_compare),
];

fn semver_compare(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (constraint, version) = (arguments.text(0)?.as_bytes(), arguments.text(1)?.as_bytes());
    call.charge(
        constraint
            .len()
            .saturating_mul(16)
            .saturating_add(version.len().saturating_mul(3)),
    )?;
    // Each alternative compares the version's parts.
    call.steps((constraint.len() as u64).saturating_mul(1 + version.len() as u64 / 64))?;
    let alternatives = constraint::parse(constraint)?;
    let version = parse(version)?;
    Ok(alternatives.iter().any(|all| all.holds(&version)).into())
}
