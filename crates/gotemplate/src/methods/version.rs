//! `semver.Version`.

use std::{cmp::Ordering, sync::Arc};

use crate::{
    Integer, Kind, List, Type, Value, Version,
    function::{Arguments, Failure, Function},
    sprig::semver::{compare, parse},
};

pub(super) static METHODS: [Function; 13] = [
    Function::new("IncMajor", &[], |_, this| {
        let version = receiver(this)?;
        Ok(bare(version.major.wrapping_add(1), 0, 0, version))
    }),
    Function::new("IncMinor", &[], |_, this| {
        let version = receiver(this)?;
        Ok(bare(version.major, version.minor.wrapping_add(1), 0, version))
    }),
    Function::new("IncPatch", &[], |_, this| {
        let version = receiver(this)?;
        let patch = version.patch.wrapping_add(u64::from(version.prerelease.is_empty()));
        Ok(bare(version.major, version.minor, patch, version))
    }),
    Function::new("Major", &[], |_, this| Ok(number(receiver(this)?.major))),
    Function::new("MarshalJSON", &[], |_, this| {
        Ok(List::bytes(format!("{:?}", receiver(this)?.to_string()).as_bytes()).into())
    }),
    Function::new("MarshalText", &[], |_, this| {
        Ok(List::bytes(receiver(this)?.to_string().as_bytes()).into())
    }),
    Function::new("Metadata", &[], |_, this| {
        Ok(Value::text(receiver(this)?.metadata.as_str()))
    }),
    Function::new("Minor", &[], |_, this| Ok(number(receiver(this)?.minor))),
    Function::new("Patch", &[], |_, this| Ok(number(receiver(this)?.patch))),
    Function::new("Prerelease", &[], |_, this| {
        Ok(Value::text(receiver(this)?.prerelease.as_str()))
    }),
    Function::new("SetMetadata", &[Type::String], |_, this| {
        let metadata = this.text(1)?.to_lossy().to_string();
        if !metadata.is_empty() && parse(format!("1.0.0+{metadata}").as_bytes()).is_err() {
            return Err("invalid metadata string".into());
        }
        let version = receiver(this)?;
        Ok(renamed(version, version.prerelease.clone(), metadata))
    }),
    Function::new("SetPrerelease", &[Type::String], |_, this| {
        let prerelease = this.text(1)?.to_lossy().to_string();
        if !prerelease.is_empty() && parse(format!("1.0.0-{prerelease}").as_bytes()).is_err() {
            return Err("invalid prerelease string".into());
        }
        let version = receiver(this)?;
        Ok(renamed(version, prerelease, version.metadata.clone()))
    }),
    Function::new("String", &[], |_, this| Ok(Value::text(receiver(this)?.to_string()))),
];

/// Those that only the pointer has.
pub(super) static POINTER_METHODS: [Function; 7] = [
    Function::new("Compare", &[POINTER], |_, this| Ok(Value::int(order(this)? as i64))),
    Function::new("Equal", &[POINTER], |_, this| {
        Ok(Value::Bool(!this.value(1)?.is_nil() && order(this)?.is_eq()))
    }),
    Function::new("GreaterThan", &[POINTER], |_, this| Ok(order(this)?.is_gt().into())),
    Function::new("GreaterThanEqual", &[POINTER], |_, this| {
        Ok(order(this)?.is_ge().into())
    }),
    Function::new("LessThan", &[POINTER], |_, this| Ok(order(this)?.is_lt().into())),
    Function::new("LessThanEqual", &[POINTER], |_, this| Ok(order(this)?.is_le().into())),
    Function::new("Original", &[], |_, this| {
        Ok(Value::text(receiver(this)?.original.as_str()))
    }),
];

fn receiver(this: &[Value]) -> Result<&Version, Failure> {
    version(this.value(0)?)
}

fn version(value: &Value) -> Result<&Version, Failure> {
    match value {
        Value::Version { version, .. } => Ok(version),
        _ => Err("runtime error: invalid memory address or nil pointer dereference".into()),
    }
}

fn order(this: &[Value]) -> Result<Ordering, Failure> {
    Ok(compare(receiver(this)?, version(this.value(1)?)?))
}

fn number(number: u64) -> Value {
    Value::Integer(Integer::unsigned(Kind::Uint64, number))
}

/// The numbers alone, with the `v` of the original, if there was one.
fn bare(major: u64, minor: u64, patch: u64, from: &Version) -> Value {
    let mut version = Version {
        major,
        minor,
        patch,
        prerelease: String::new(),
        metadata: String::new(),
        original: String::new(),
    };
    version.original = prefix(from) + &version.to_string();
    by_value(version)
}

fn renamed(from: &Version, prerelease: String, metadata: String) -> Value {
    let mut version = Version {
        prerelease,
        metadata,
        ..from.clone()
    };
    version.original = prefix(from) + &version.to_string();
    by_value(version)
}

fn prefix(version: &Version) -> String {
    if version.original.starts_with('v') { "v" } else { "" }.to_owned()
}

fn by_value(version: Version) -> Value {
    Value::Version {
        version: Arc::new(version),
        pointer: false,
    }
}

const POINTER: Type = Type::Version { pointer: true };
