//! Functions of dates.

pub(crate) mod duration;
mod format;
mod layout;
mod parse;
mod zone;

pub(crate) use format::{Clock, format};
pub(crate) use parse::parse;

use crate::{
    Kind, Time, Type, Value, clock,
    function::{Arguments, Call, Failure, Function},
    strconv::{self, NumberError},
};

const ANY: Type = Type::Any;
const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("ago", &[ANY], ago),
    Function::new("date", &[STRING, ANY], |call, arguments| {
        shown(call, arguments.text(0)?.as_bytes(), arguments.value(1)?, b"Local")
    }),
    Function::new("dateInZone", &[STRING, ANY, STRING], date_in_zone),
    Function::new("dateModify", &[STRING, Type::Time], date_modify),
    Function::new("date_in_zone", &[STRING, ANY, STRING], date_in_zone),
    Function::new("date_modify", &[STRING, Type::Time], date_modify),
    Function::new("duration", &[ANY], duration),
    Function::new("durationRound", &[ANY], duration_round),
    Function::new("htmlDate", &[ANY], |call, arguments| {
        shown(call, HTML, arguments.value(0)?, b"Local")
    }),
    Function::new("htmlDateInZone", &[ANY, STRING], |call, arguments| {
        shown(call, HTML, arguments.value(0)?, arguments.text(1)?.as_bytes())
    }),
    Function::new("mustDateModify", &[STRING, Type::Time], must_date_modify),
    Function::new("mustToDate", &[STRING, STRING], must_to_date),
    Function::new("must_date_modify", &[STRING, Type::Time], must_date_modify),
    Function::new("now", &[], |call, _| Ok(call.now().into())),
    Function::new("toDate", &[STRING, STRING], |call, arguments| {
        must_to_date(call, arguments).or(Ok(Time::ZERO.into()))
    }),
    Function::new("unixEpoch", &[Type::Time], |_, arguments| {
        Ok(Value::text(arguments.time(0)?.seconds.to_string()))
    }),
];

const HTML: &[u8] = b"2006-01-02";

fn date_in_zone(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    shown(
        call,
        arguments.text(0)?.as_bytes(),
        arguments.value(1)?,
        arguments.text(2)?.as_bytes(),
    )
}

fn shown(call: &mut Call<'_>, layout: &[u8], value: &Value, zone: &[u8]) -> Result<Value, Failure> {
    call.charge(layout.len().saturating_mul(4))?;
    let time = point(call, value, &[Kind::Int64, Kind::Int, Kind::Int32]);
    Ok(Value::text(zone::with_clock(&time, zone, |clock| {
        format(layout, clock)
    })))
}

/// A time, or seconds since 1970 in one of the integer types; anything else is now.
fn point(call: &mut Call<'_>, value: &Value, kinds: &[Kind]) -> Time {
    match value {
        Value::Time(time) => time.clone(),
        Value::Integer(integer) if kinds.contains(&integer.kind()) => Time {
            seconds: integer.signed(),
            nanoseconds: 0,
            zone: crate::Zone::Local,
        },
        _ => call.now(),
    }
}

fn ago(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let time = point(call, arguments.value(0)?, &[Kind::Int64, Kind::Int]);
    let passed = difference(&call.now(), &time);
    Ok(Value::text(clock::duration(duration::round_to_seconds(passed))))
}

/// Nanoseconds from one time to another, as many as fit.
pub(crate) fn difference(later: &Time, earlier: &Time) -> i64 {
    let nanoseconds = |time: &Time| i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanoseconds);
    let difference = nanoseconds(later) - nanoseconds(earlier);
    i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
}

/// A time so many nanoseconds later.
pub(crate) fn after(time: &Time, nanoseconds: i64) -> Time {
    let sum = i64::from(time.nanoseconds) + nanoseconds % 1_000_000_000;
    Time {
        seconds: time
            .seconds
            .wrapping_add(nanoseconds / 1_000_000_000)
            .wrapping_add(sum.div_euclid(1_000_000_000)),
        nanoseconds: sum.rem_euclid(1_000_000_000).unsigned_abs() as u32,
        zone: time.zone.clone(),
    }
}

fn date_modify(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let time = arguments.time(1)?;
    let duration = duration::parse(arguments.text(0)?.as_bytes());
    Ok(after(time, duration.unwrap_or(0)).into())
}

fn must_date_modify(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let duration = duration::parse(arguments.text(0)?.as_bytes()).ok_or("time: invalid duration")?;
    Ok(after(arguments.time(1)?, duration).into())
}

fn must_to_date(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(parse(arguments.text(0)?.as_bytes(), arguments.text(1)?.as_bytes())?.into())
}

/// Seconds of a string or an `int64`; of an `int`, as of anything else, none.
fn duration(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let seconds = match arguments.value(0)? {
        Value::String(text) => match strconv::parse_int(&text.to_lossy(), 10) {
            Ok(seconds) => seconds,
            // Go takes the number that comes nearest along with the error.
            Err(NumberError::Range) if text.as_bytes().starts_with(b"-") => i64::MIN,
            Err(NumberError::Range) => i64::MAX,
            Err(NumberError::Syntax) => 0,
        },
        Value::Integer(integer) if integer.kind() == Kind::Int64 => integer.signed(),
        _ => 0,
    };
    Ok(Value::text(clock::duration(seconds.wrapping_mul(1_000_000_000))))
}

fn duration_round(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let nanoseconds = match arguments.value(0)? {
        Value::String(text) => duration::parse(text.as_bytes()).unwrap_or(0),
        Value::Integer(integer) if integer.kind() == Kind::Int64 => integer.signed(),
        Value::Time(time) => difference(&call.now(), time),
        _ => 0,
    };
    Ok(Value::text(duration::rounded(nanoseconds)))
}
