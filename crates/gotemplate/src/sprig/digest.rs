//! Checksums in hexadecimal, and one in decimal.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};

use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const STRING: &[Type] = &[Type::String];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("adler32sum", STRING, |call, arguments| {
        let sum = adler2::adler32_slice(given(call, arguments)?);
        Ok(Value::text(sum.to_string()))
    }),
    Function::new("sha1sum", STRING, |call, arguments| {
        summed(call, arguments, &SHA1_FOR_LEGACY_USE_ONLY)
    }),
    Function::new("sha256sum", STRING, |call, arguments| summed(call, arguments, &SHA256)),
    Function::new("sha512sum", STRING, |call, arguments| summed(call, arguments, &SHA512)),
];

fn given<'a>(call: &mut Call<'_>, arguments: &'a [Value]) -> Result<&'a [u8], Failure> {
    let bytes = arguments.text(0)?.as_bytes();
    call.steps(bytes.len() as u64 / 64)?;
    call.charge(128)?;
    Ok(bytes)
}

fn summed(call: &mut Call<'_>, arguments: &[Value], algorithm: &'static Algorithm) -> Result<Value, Failure> {
    let sum = digest(algorithm, given(call, arguments)?);
    let digits: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Value::text(digits))
}
