//! Functions of chance.

use zeroize::Zeroizing;

use super::{encode, runes};
use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const INT: &[Type] = &[Type::INT];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("randAlpha", INT, |call, arguments| {
        letters(call, arguments, |byte| byte.is_ascii_alphabetic())
    })
    .nondeterministic(),
    Function::new("randAlphaNum", INT, |call, arguments| {
        letters(call, arguments, |byte| byte.is_ascii_alphanumeric())
    })
    .nondeterministic(),
    Function::new("randAscii", INT, |call, arguments| {
        letters(call, arguments, |byte| matches!(byte, b' '..=b'~'))
    })
    .nondeterministic(),
    Function::new("randBytes", INT, bytes).nondeterministic(),
    Function::new("randInt", &[Type::INT, Type::INT], integer).nondeterministic(),
    Function::new("randNumeric", INT, |call, arguments| {
        letters(call, arguments, |byte| byte.is_ascii_digit())
    })
    .nondeterministic(),
    Function::new("shuffle", &[Type::String], shuffle).nondeterministic(),
    Function::new("uuidv4", &[], uuid).nondeterministic(),
];

/// So many characters of an alphabet, each as likely as any other; none if the number is negative.
fn letters(call: &mut Call<'_>, arguments: &[Value], alphabet: fn(&u8) -> bool) -> Result<Value, Failure> {
    let count = usize::try_from(arguments.int(0)?).unwrap_or(0);
    call.charge(count)?;
    let alphabet: Vec<u8> = (0..=127).filter(alphabet).collect();
    let mut text = Zeroizing::new(Vec::with_capacity(count));
    for _ in 0..count {
        let place = below(call, alphabet.len() as u64)?;
        text.push(alphabet[place as usize]);
    }
    Ok(Value::text(text))
}

/// A number below a bound that is not 0, each as likely as any other.
fn below(call: &mut Call<'_>, bound: u64) -> Result<u64, Failure> {
    // Numbers beyond the last whole multiple of the bound would make small ones likelier.
    let excess = (u64::MAX % bound + 1) % bound;
    loop {
        call.step()?;
        let mut buffer = Zeroizing::new([0; 8]);
        call.random(&mut *buffer);
        let number = u64::from_le_bytes(*buffer);
        if number <= u64::MAX - excess {
            return Ok(number % bound);
        }
    }
}

/// From the first number on, below the second.
fn integer(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (least, end) = (arguments.int(0)?, arguments.int(1)?);
    let bound = u64::try_from(end.wrapping_sub(least))
        .ok()
        .filter(|bound| *bound > 0)
        .ok_or("invalid argument to Intn")?;
    Ok(Value::int(least.wrapping_add_unsigned(below(call, bound)?)))
}

/// So many bytes in Base64.
fn bytes(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let count = usize::try_from(arguments.int(0)?).map_err(|_| "runtime error: makeslice: len out of range")?;
    call.charge(count.saturating_mul(3))?;
    let mut bytes = Zeroizing::new(vec![0; count]);
    call.random(&mut bytes);
    Ok(Value::text(encode::to_base64(&bytes)))
}

/// The characters in any order.
fn shuffle(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = arguments.text(0)?.as_bytes();
    call.charge(text.len().saturating_mul(7))?;
    let mut letters: Zeroizing<Vec<char>> = Zeroizing::new(runes::each(text).map(|(_, rune)| rune).collect());
    for last in (1..letters.len()).rev() {
        let other = below(call, last as u64 + 1)? as usize;
        letters.swap(last, other);
    }
    Ok(Value::text(letters.iter().collect::<String>()))
}

/// RFC 9562, version 4.
fn uuid(call: &mut Call<'_>, _: &[Value]) -> Result<Value, Failure> {
    let mut bytes = [0; 16];
    call.random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        let hyphen = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
        text.push_str(&format!("{hyphen}{byte:02x}"));
    }
    Ok(Value::text(text))
}
