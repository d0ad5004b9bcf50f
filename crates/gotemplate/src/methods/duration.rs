//! `time.Duration`.

use crate::{
    Integer, Kind, Type, Value, clock,
    function::{Arguments, Function},
};

pub(super) static METHODS: [Function; 10] = [
    Function::new("Abs", &[], |_, this| {
        let nanoseconds = this.int(0)?;
        Ok(duration(nanoseconds.checked_abs().unwrap_or(i64::MAX)))
    }),
    Function::new("Hours", &[], |_, this| Ok(parts(this.int(0)?, 3600 * SECOND))),
    Function::new("Microseconds", &[], |_, this| Ok(Value::int64(this.int(0)? / 1_000))),
    Function::new("Milliseconds", &[], |_, this| {
        Ok(Value::int64(this.int(0)? / 1_000_000))
    }),
    Function::new("Minutes", &[], |_, this| Ok(parts(this.int(0)?, 60 * SECOND))),
    Function::new("Nanoseconds", &[], |_, this| Ok(Value::int64(this.int(0)?))),
    Function::new("Round", &[DURATION], |_, this| {
        Ok(duration(round(this.int(0)?, this.int(1)?)))
    }),
    Function::new("Seconds", &[], |_, this| Ok(parts(this.int(0)?, SECOND))),
    Function::new("String", &[], |_, this| Ok(Value::text(clock::duration(this.int(0)?)))),
    Function::new("Truncate", &[DURATION], |_, this| {
        let (nanoseconds, unit) = (this.int(0)?, this.int(1)?);
        Ok(duration(if unit <= 0 {
            nanoseconds
        } else {
            nanoseconds - nanoseconds % unit
        }))
    }),
];

/// A `time.Duration`.
pub(super) fn duration(nanoseconds: i64) -> Value {
    Value::Integer(Integer::new(Kind::Duration, nanoseconds))
}

/// To the nearest multiple, away from zero when halfway; at the ends of what there is when beyond.
fn round(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanoseconds;
    }
    let rest = nanoseconds.unsigned_abs() % unit.unsigned_abs();
    let magnitude = i128::from(nanoseconds.unsigned_abs() - rest);
    let up = rest >= unit.unsigned_abs() - rest;
    let magnitude = magnitude + if up { i128::from(unit) } else { 0 };
    let rounded = if nanoseconds < 0 { -magnitude } else { magnitude };
    let limit = if nanoseconds < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(rounded).unwrap_or(limit)
}

/// Whole units and the rest each as a float, as Go adds them up.
fn parts(nanoseconds: i64, unit: i64) -> Value {
    Value::Float((nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64)
}

pub(super) const DURATION: Type = Type::Integer(Kind::Duration);
const SECOND: i64 = 1_000_000_000;
