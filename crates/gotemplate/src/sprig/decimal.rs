//! Decimal arithmetic (github.com/shopspring/decimal 1.4): sums that look as people expect, `0.1 + 0.2` being `0.3`.

use num_bigint::{BigInt, Sign};

use crate::function::Failure;

/// `digits × 10^exponent`.
pub(super) struct Decimal {
    digits: BigInt,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that reads as this number.
    pub(super) fn of(value: f64) -> Result<Self, Failure> {
        if !value.is_finite() {
            return Err(Failure::new(
                "Cannot create a Decimal from an infinite number or from NaN",
            ));
        }
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}").parse().unwrap_or_default();
        let places = fraction.len() as i32;
        Ok(Self {
            digits,
            exponent: exponent.parse::<i32>().unwrap_or(0) - places,
        })
    }

    /// Bytes that the next operation may make of it.
    pub(super) fn size(&self) -> u64 {
        self.digits.bits() / 8 + 64
    }

    /// The sum.
    pub(super) fn plus(self, other: &Self) -> Result<Self, Failure> {
        let exponent = self.exponent.min(other.exponent);
        Ok(Self {
            digits: self.digits_at(exponent) + other.digits_at(exponent),
            exponent,
        })
    }

    /// The difference.
    pub(super) fn minus(self, other: &Self) -> Result<Self, Failure> {
        let exponent = self.exponent.min(other.exponent);
        Ok(Self {
            digits: self.digits_at(exponent) - other.digits_at(exponent),
            exponent,
        })
    }

    /// The product.
    pub(super) fn times(self, other: &Self) -> Result<Self, Failure> {
        Ok(Self {
            digits: self.digits * &other.digits,
            exponent: self.exponent.saturating_add(other.exponent),
        })
    }

    /// The quotient, rounded to 16 places after the point, a half away from zero.
    pub(super) fn over(self, other: &Self) -> Result<Self, Failure> {
        if other.digits.sign() == Sign::NoSign {
            return Err("decimal division by 0".into());
        }
        // digits / digits × 10^(exponent − exponent) = quotient × 10^−16
        let shift = self.exponent.saturating_sub(other.exponent).saturating_add(PLACES);
        let power = ten(shift.unsigned_abs());
        let (dividend, divisor) = if shift < 0 {
            (self.digits, &other.digits * power)
        } else {
            (self.digits * power, other.digits.clone())
        };
        let (quotient, rest) = (&dividend / &divisor, &dividend % &divisor);
        let up = rest.magnitude() * 2_u32 >= *divisor.magnitude();
        let away = if dividend.sign() == divisor.sign() { 1 } else { -1 };
        let digits = if up { quotient + away } else { quotient };
        Ok(Self {
            digits,
            exponent: -PLACES,
        })
    }

    /// The nearest number.
    pub(super) fn to_float(&self) -> f64 {
        let text = format!("{}e{}", self.digits, self.exponent);
        text.parse().unwrap_or(0.0)
    }

    fn digits_at(&self, exponent: i32) -> BigInt {
        &self.digits * ten(self.exponent.saturating_sub(exponent).unsigned_abs())
    }
}

fn ten(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

const PLACES: i32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64) -> Decimal {
        Decimal::of(value).unwrap()
    }

    #[test]
    fn sums_are_decimal() {
        for (left, right, sum, difference, product) in [
            (0.1, 0.2, 0.3, -0.1, 0.02),
            (1e300, 1.0, 1e300, 1e300, 1e300),
            (1.0, 0.9, 1.9, 0.1, 0.9),
            (-2.5, 2.5, 0.0, -5.0, -6.25),
        ] {
            assert_eq!(of(left).plus(&of(right)).unwrap().to_float(), sum);
            assert_eq!(of(left).minus(&of(right)).unwrap().to_float(), difference);
            assert_eq!(of(left).times(&of(right)).unwrap().to_float(), product);
        }
    }

    #[test]
    fn quotients_have_sixteen_places() {
        for (left, right, quotient) in [
            (10.0, 3.0, 3.333_333_333_333_333_5),
            (2.0, 3.0, 0.666_666_666_666_666_7),
            (-2.0, 3.0, -0.666_666_666_666_666_7),
            (1e-17, 1.0, 0.0),
            (5e-17, 1.0, 1e-16),
            (-5e-17, 1.0, -1e-16),
            (1e300, 1e-5, 1e305),
        ] {
            assert_eq!(
                of(left).over(&of(right)).unwrap().to_float(),
                quotient,
                "{left} {right}"
            );
        }
        assert!(of(1.0).over(&of(0.0)).is_err());
        assert!(Decimal::of(f64::NAN).is_err());
        assert!(Decimal::of(f64::INFINITY).is_err());
    }
}
