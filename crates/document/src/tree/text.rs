use zeroize::Zeroizing;

use super::Scalar;

/// A value in a format that has texts alone; none of null (upstream `stores.ValToString`).
pub(super) fn text(scalar: &Scalar) -> Option<Zeroizing<Vec<u8>>> {
    let text = match scalar {
        Scalar::Null => return None,
        Scalar::Text(bytes) => return Some(Zeroizing::new(bytes.to_vec())),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Unsigned(number) => number.to_string(),
        Scalar::Float(number) => float(*number),
        Scalar::Time(time) => time.to_seconds(),
    };
    Some(Zeroizing::new(text.into_bytes()))
}

/// Go's notation `%G`, with `.0` where it would look like a whole number.
fn float(number: f64) -> String {
    if !number.is_finite() {
        return match number {
            f64::INFINITY => "+Inf".to_owned(),
            f64::NEG_INFINITY => "-Inf".to_owned(),
            _ => "NaN".to_owned(),
        };
    }
    let scientific = format!("{number:E}");
    let (mantissa, exponent) = scientific.split_once('E').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if number != 0.0 && !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}E{sign}{:02}", exponent.unsigned_abs())
        }
        // The shortest text of Rust has no exponent.
        _ if number.fract() == 0.0 => format!("{number:.1}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::float;

    #[test]
    fn numbers_as_go_writes_them() {
        for (number, expected) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.5, "0.5"),
            (100_000.0, "100000.0"),
            (1_000_000.0, "1E+06"),
            (1e20, "1E+20"),
            (1e21, "1E+21"),
            (1e-5, "1E-05"),
            (0.0001, "0.0001"),
            (1_234_567.5, "1.2345675E+06"),
            (1e100, "1E+100"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(float(number), expected);
        }
    }
}
