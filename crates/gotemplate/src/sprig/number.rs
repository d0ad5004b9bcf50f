//! Functions of numbers.

use super::{bytes, cast, decimal::Decimal, show};
use crate::{
    List, Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const ANY: Type = Type::Any;
const INT: Type = Type::INT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("add", &[], ANY, |_, arguments| folded(arguments, 0, i64::wrapping_add)),
    Function::new("add1", &[ANY], |_, arguments| folded(arguments, 1, i64::wrapping_add)),
    Function::new("add1f", &[ANY], |call, arguments| {
        let one = [Value::int(1)];
        decimal(call, arguments.value(0)?, &one, Decimal::plus)
    }),
    Function::variadic("addf", &[], ANY, |call, arguments| {
        decimal(call, &Value::Float(0.0), arguments, Decimal::plus)
    }),
    Function::new("atoi", &[Type::String], |_, arguments| {
        Ok(Value::int(cast::parse_int(arguments.text(0)?.as_bytes(), 10)))
    }),
    Function::variadic("biggest", &[ANY], ANY, |_, arguments| folded_first(arguments, i64::max)),
    Function::new("ceil", &[ANY], |_, arguments| {
        Ok(cast::to_float(arguments.value(0)?).ceil().into())
    }),
    Function::new("div", &[ANY, ANY], |_, arguments| divided(arguments, i64::wrapping_div)),
    Function::variadic("divf", &[ANY], ANY, |call, arguments| {
        decimal(call, arguments.value(0)?, &arguments[1..], Decimal::over)
    }),
    Function::new("float64", &[ANY], |_, arguments| {
        Ok(cast::to_float(arguments.value(0)?).into())
    }),
    Function::new("floor", &[ANY], |_, arguments| {
        Ok(cast::to_float(arguments.value(0)?).floor().into())
    }),
    Function::new("int", &[ANY], |_, arguments| {
        Ok(Value::int(cast::to_int(arguments.value(0)?)))
    }),
    Function::new("int64", &[ANY], |_, arguments| {
        Ok(Value::int64(cast::to_int(arguments.value(0)?)))
    }),
    Function::variadic("max", &[ANY], ANY, |_, arguments| folded_first(arguments, i64::max)),
    Function::variadic("maxf", &[ANY], ANY, |_, arguments| Ok(floats(arguments, larger))),
    Function::variadic("min", &[ANY], ANY, |_, arguments| folded_first(arguments, i64::min)),
    Function::variadic("minf", &[ANY], ANY, |_, arguments| Ok(floats(arguments, smaller))),
    Function::new("mod", &[ANY, ANY], |_, arguments| divided(arguments, i64::wrapping_rem)),
    Function::variadic("mul", &[ANY], ANY, |_, arguments| {
        folded(arguments, 1, i64::wrapping_mul)
    }),
    Function::variadic("mulf", &[ANY], ANY, |call, arguments| {
        decimal(call, arguments.value(0)?, &arguments[1..], Decimal::times)
    }),
    Function::variadic("round", &[ANY, INT], Type::Float64, round),
    Function::variadic("seq", &[], INT, sequence),
    Function::new("sub", &[ANY, ANY], |_, arguments| {
        folded_first(arguments, i64::wrapping_sub)
    }),
    Function::variadic("subf", &[ANY], ANY, |call, arguments| {
        decimal(call, arguments.value(0)?, &arguments[1..], Decimal::minus)
    }),
    Function::new("toDecimal", &[ANY], |call, arguments| {
        let octal = show::plain(call, arguments.value(0)?)?;
        Ok(Value::int64(cast::parse_int(octal.as_bytes(), 8)))
    }),
    Function::new("until", &[INT], |call, arguments| {
        let stop = arguments.int(0)?;
        list(call, 0, stop, if stop < 0 { -1 } else { 1 })
    }),
    Function::new("untilStep", &[INT, INT, INT], |call, arguments| {
        list(call, arguments.int(0)?, arguments.int(1)?, arguments.int(2)?)
    }),
];

fn folded(arguments: &[Value], start: i64, operation: fn(i64, i64) -> i64) -> Result<Value, Failure> {
    Ok(Value::int64(arguments.iter().map(cast::to_int).fold(start, operation)))
}

fn folded_first(arguments: &[Value], operation: fn(i64, i64) -> i64) -> Result<Value, Failure> {
    Ok(Value::int64(
        arguments.iter().map(cast::to_int).reduce(operation).unwrap_or(0),
    ))
}

fn divided(arguments: &[Value], operation: fn(i64, i64) -> i64) -> Result<Value, Failure> {
    let divisor = cast::to_int(arguments.value(1)?);
    if divisor == 0 {
        return Err("runtime error: integer divide by zero".into());
    }
    Ok(Value::int64(operation(cast::to_int(arguments.value(0)?), divisor)))
}

type Operation = fn(Decimal, &Decimal) -> Result<Decimal, Failure>;

fn decimal(call: &mut Call<'_>, first: &Value, others: &[Value], operation: Operation) -> Result<Value, Failure> {
    let mut result = Decimal::of(cast::to_float(first))?;
    for other in others {
        call.steps(result.size() / 16)?;
        result = operation(result, &Decimal::of(cast::to_float(other))?)?;
    }
    Ok(result.to_float().into())
}

fn floats(arguments: &[Value], choice: fn(f64, f64) -> f64) -> Value {
    arguments
        .iter()
        .map(cast::to_float)
        .reduce(choice)
        .unwrap_or(0.0)
        .into()
}

/// Go's `math.Max`: infinity before what is no number, and that before any other; positive zero before the negative one.
fn larger(left: f64, right: f64) -> f64 {
    if left == f64::INFINITY || right == f64::INFINITY {
        return f64::INFINITY;
    }
    if left.is_nan() || right.is_nan() {
        return f64::NAN;
    }
    if left == 0.0 && right == 0.0 {
        return if left.is_sign_negative() { right } else { left };
    }
    if left > right { left } else { right }
}

/// Go's `math.Min`, likewise.
fn smaller(left: f64, right: f64) -> f64 {
    -larger(-left, -right)
}

/// Half (or the given part of one) and more is rounded up, less is rounded down, below zero too.
fn round(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let half = if arguments.len() > 2 { arguments.float(2)? } else { 0.5 };
    let power = power_of_ten(arguments.int(1)?);
    let scaled = power * cast::to_float(arguments.value(0)?);
    // Of an infinite number Go takes the part after the point for no number.
    let fraction = if scaled.is_infinite() { f64::NAN } else { scaled.fract() };
    let rounded = if fraction >= half {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    Ok((rounded / power).into())
}

/// Go's `math.Pow(10, exponent)`, which is not always the nearest number.
fn power_of_ten(exponent: i64) -> f64 {
    match exponent {
        0 => return 1.0,
        1 => return 10.0,
        // Far beyond what a float64 holds.
        400.. => return f64::INFINITY,
        ..=-400 => return 0.0,
        _ => {}
    }
    // 10 is 0.625 × 2^4.
    let (mut product, mut product_exponent) = (1.0_f64, 0_i32);
    let (mut square, mut square_exponent) = (0.625_f64, 4_i32);
    let mut bits = exponent.unsigned_abs();
    while bits != 0 {
        if bits & 1 == 1 {
            product *= square;
            product_exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        bits >>= 1;
    }
    if exponent < 0 {
        product = 1.0 / product;
        product_exponent = -product_exponent;
    }
    // In two steps, neither of which leaves the range before the result does.
    let half = product_exponent / 2;
    product * 2_f64.powi(half) * 2_f64.powi(product_exponent - half)
}

/// Numbers from start on, up or down to stop, which is left out.
fn range(call: &mut Call<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Failure> {
    let mut numbers = Vec::new();
    let up = stop >= start;
    if if up { step <= 0 } else { step >= 0 } {
        return Ok(numbers);
    }
    let mut number = start;
    while if up { number < stop } else { number > stop } {
        call.charge(32)?;
        numbers.push(number);
        number = number.wrapping_add(step);
    }
    Ok(numbers)
}

fn list(call: &mut Call<'_>, start: i64, stop: i64, step: i64) -> Result<Value, Failure> {
    let numbers = range(call, start, stop, step)?;
    Ok(List::new(INT, numbers.into_iter().map(Value::int).collect()).into())
}

/// Numbers with blanks between them, the last one included: `seq LAST`, `seq FIRST LAST`, `seq FIRST STEP LAST`.
fn sequence(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let direction = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let (start, end, step) = match arguments.len() {
        1 => (1, arguments.int(0)?, direction(1, arguments.int(0)?)),
        2 => (
            arguments.int(0)?,
            arguments.int(1)?,
            direction(arguments.int(0)?, arguments.int(1)?),
        ),
        3 => (arguments.int(0)?, arguments.int(2)?, arguments.int(1)?),
        _ => return Ok(Value::text("")),
    };
    let stop = end.wrapping_add(direction(start, end));
    if arguments.len() == 3 && end < start && step > 0 {
        return Ok(Value::text(""));
    }
    let numbers = range(call, start, stop, step)?;
    let shown: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(Value::text(bytes::join(call, &shown, b" ")?))
}
