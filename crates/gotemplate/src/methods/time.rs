//! `time.Time`, `*time.Location`, `time.Month`, `time.Weekday`.

use std::cmp::Ordering;

use crate::{
    Integer, Kind, List, Text, Time, Type, Value, Zone,
    clock::{self, Civil},
    function::{Arguments, Failure, Function},
    sprig::date::{Clock, format},
};

use super::duration::{DURATION, duration};

pub(super) static METHODS: [Function; 40] = [
    Function::new(
        "Add",
        &[DURATION],
        |_, this| Ok(add(this.time(0)?, this.int(1)?).into()),
    ),
    Function::new("AddDate", &[Type::INT, Type::INT, Type::INT], |_, this| {
        let (time, now) = (this.time(0)?, this.time(0)?.civil());
        let clock = now.hour * 3600 + now.minute * 60 + now.second;
        let [years, months, days] = [this.int(1)?, this.int(2)?, this.int(3)?].map(|part| part.clamp(-FAR, FAR));
        let local = Civil::seconds(now.year + years, now.month + months, now.day + days, clock);
        let seconds = local.wrapping_sub(time.zone.offset().into());
        Ok(Time {
            seconds,
            ..time.clone()
        }
        .into())
    }),
    Function::new("After", &[Type::Time], |_, this| Ok(order(this)?.is_gt().into())),
    Function::new(
        "AppendFormat",
        &[Type::Slice(&Type::BYTE), Type::String],
        |call, this| {
            let text = format_time(this.time(0)?, this.text(2)?.as_bytes());
            call.charge(text.len().saturating_mul(32))?;
            let mut items = this.list(1)?.items().to_vec();
            items.extend_from_slice(List::bytes(&text).items());
            Ok(List::new(Type::BYTE, items).into())
        },
    ),
    Function::new("Before", &[Type::Time], |_, this| Ok(order(this)?.is_lt().into())),
    Function::refused("Clock", "function Clock has 3 return values; should be 1 or 2"),
    Function::new("Compare", &[Type::Time], |_, this| Ok(Value::int(order(this)? as i64))),
    Function::refused("Date", "function Date has 3 return values; should be 1 or 2"),
    Function::new("Day", &[], |_, this| Ok(Value::int(this.time(0)?.civil().day))),
    Function::new("Equal", &[Type::Time], |_, this| Ok(order(this)?.is_eq().into())),
    Function::new("Format", &[Type::String], |call, this| {
        let text = format_time(this.time(0)?, this.text(1)?.as_bytes());
        call.charge(text.len())?;
        Ok(Text::from(text).into())
    }),
    Function::new("GoString", &[], |_, this| Ok(Value::text(this.time(0)?.go_string()))),
    Function::new("Hour", &[], |_, this| Ok(Value::int(this.time(0)?.civil().hour))),
    Function::refused(
        "ISOWeek",
        "invalid function signature for ISOWeek: second return value should be error; is int",
    ),
    Function::new("In", &[Type::Location], |_, this| match this.value(1)? {
        Value::Location(zone) => Ok(within(this.time(0)?, zone.clone()).into()),
        _ => Err("time: missing Location in call to Time.In".into()),
    }),
    Function::new("IsDST", &[], |_, _| Ok(Value::Bool(false))),
    Function::new("IsZero", &[], |_, this| {
        let time = this.time(0)?;
        Ok(Value::Bool(time.seconds == Time::ZERO_SECONDS && time.nanoseconds == 0))
    }),
    Function::new("Local", &[], |_, this| Ok(within(this.time(0)?, Zone::Local).into())),
    Function::new("Location", &[], |_, this| {
        Ok(Value::Location(this.time(0)?.zone.clone()))
    }),
    Function::new("MarshalJSON", &[], |_, this| {
        let text = rfc3339(this.time(0)?)?;
        Ok(List::bytes(&[b"\"", text.as_slice(), b"\""].concat()).into())
    }),
    Function::new("MarshalText", &[], |_, this| {
        Ok(List::bytes(&rfc3339(this.time(0)?)?).into())
    }),
    Function::new("Minute", &[], |_, this| Ok(Value::int(this.time(0)?.civil().minute))),
    Function::new("Month", &[], |_, this| {
        Ok(named(Kind::Month, this.time(0)?.civil().month))
    }),
    Function::new("Nanosecond", &[], |_, this| {
        Ok(Value::int(this.time(0)?.nanoseconds.into()))
    }),
    Function::new("Round", &[DURATION], |_, this| {
        Ok(round(this.time(0)?, this.int(1)?, true).into())
    }),
    Function::new("Second", &[], |_, this| Ok(Value::int(this.time(0)?.civil().second))),
    Function::new("String", &[], |_, this| Ok(Value::text(this.time(0)?.to_string()))),
    Function::new("Sub", &[Type::Time], |_, this| {
        let difference = nanoseconds(this.time(0)?) - nanoseconds(this.time(1)?);
        let limit = if difference < 0 { i64::MIN } else { i64::MAX };
        Ok(duration(i64::try_from(difference).unwrap_or(limit)))
    }),
    Function::new("Truncate", &[DURATION], |_, this| {
        Ok(round(this.time(0)?, this.int(1)?, false).into())
    }),
    Function::new("UTC", &[], |_, this| Ok(within(this.time(0)?, Zone::Utc).into())),
    Function::new("Unix", &[], |_, this| Ok(Value::int64(this.time(0)?.seconds))),
    Function::new("UnixMicro", &[], |_, this| since_1970(this, 1_000)),
    Function::new("UnixMilli", &[], |_, this| since_1970(this, 1_000_000)),
    Function::new("UnixNano", &[], |_, this| since_1970(this, 1)),
    Function::new("Weekday", &[], |_, this| {
        Ok(named(Kind::Weekday, this.time(0)?.civil().weekday))
    }),
    Function::new("Year", &[], |_, this| Ok(Value::int(this.time(0)?.civil().year))),
    Function::new("YearDay", &[], |_, this| {
        Ok(Value::int(this.time(0)?.civil().day_of_year))
    }),
    Function::refused(
        "Zone",
        "invalid function signature for Zone: second return value should be error; is int",
    ),
    Function::refused(
        "ZoneBounds",
        "invalid function signature for ZoneBounds: second return value should be error; is time.Time",
    ),
    Function::new("AppendText", &[Type::Slice(&Type::BYTE)], |_, this| {
        let mut items = this.list(1)?.items().to_vec();
        items.extend_from_slice(List::bytes(&rfc3339(this.time(0)?)?).items());
        Ok(List::new(Type::BYTE, items).into())
    }),
];

pub(super) static LOCATION_METHODS: [Function; 1] = [Function::new("String", &[], |_, this| match this.value(0)? {
    Value::Location(zone) => Ok(Value::text(zone.name())),
    _ => Ok(Value::text("UTC")),
})];

/// Of months and days of the week.
pub(super) static NAME_METHODS: [Function; 1] = [Function::new("String", &[], |_, this| match this.value(0)? {
    Value::Integer(integer) if integer.kind() == Kind::Month => Ok(Value::text(clock::month(integer.signed()))),
    _ => Ok(Value::text(clock::weekday(this.int(0)?))),
})];

fn format_time(time: &Time, layout: &[u8]) -> Vec<u8> {
    format(layout, Clock::of(time))
}

fn named(kind: Kind, value: i64) -> Value {
    Value::Integer(Integer::new(kind, value))
}

fn within(time: &Time, zone: Zone) -> Time {
    Time { zone, ..time.clone() }
}

fn order(this: &[Value]) -> Result<Ordering, Failure> {
    let key = |time: &Time| (time.seconds, time.nanoseconds);
    Ok(key(this.time(0)?).cmp(&key(this.time(1)?)))
}

fn nanoseconds(time: &Time) -> i128 {
    i128::from(time.seconds) * NANOSECONDS + i128::from(time.nanoseconds)
}

fn at(time: &Time, nanoseconds: i128) -> Time {
    Time {
        seconds: i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).unwrap_or(i64::MAX),
        nanoseconds: u32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).unwrap_or(0),
        zone: time.zone.clone(),
    }
}

fn add(time: &Time, duration: i64) -> Time {
    at(time, nanoseconds(time) + i128::from(duration))
}

fn since_1970(this: &[Value], unit: i128) -> Result<Value, Failure> {
    let count = nanoseconds(this.time(0)?).div_euclid(unit);
    // Go's arithmetic wraps.
    Ok(Value::int64(count as i64))
}

/// To a multiple of the duration since the zero time.
fn round(time: &Time, unit: i64, to_nearest: bool) -> Time {
    if unit <= 0 {
        return time.clone();
    }
    let since_zero = nanoseconds(time) - i128::from(Time::ZERO_SECONDS) * NANOSECONDS;
    let rest = since_zero.rem_euclid(unit.into());
    let up = to_nearest && rest + rest >= unit.into();
    let change = if up { i128::from(unit) - rest } else { -rest };
    at(time, nanoseconds(time) + change)
}

fn rfc3339(time: &Time) -> Result<Vec<u8>, Failure> {
    if !(0..=9999).contains(&time.civil().year) {
        return Err("Time.MarshalJSON: year outside of range [0,9999]".into());
    }
    Ok(format_time(time, b"2006-01-02T15:04:05.999999999Z07:00"))
}

const NANOSECONDS: i128 = 1_000_000_000;
/// Years, months or days beyond which no date is kept.
const FAR: i64 = 1 << 40;
