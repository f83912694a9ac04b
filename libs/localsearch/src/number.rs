//! Logarithm and exponential from the four basic operations alone.
//!
//! The standard library's come from the platform and may differ in the last bit; a search that accepts by them
//! would take another path on another machine. IEEE 754 fixes the basic operations exactly.

const LN_2: f64 = std::f64::consts::LN_2;

/// The natural logarithm, to about 1e-12; minus infinity for 0 and below.
pub fn natural_log(value: f64) -> f64 {
    if value <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut mantissa, mut twos) = (value, 0.0);
    while mantissa > 1.5 {
        mantissa /= 2.0;
        twos += 1.0;
    }
    while mantissa < 0.75 {
        mantissa *= 2.0;
        twos -= 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), a series in odd powers of a number below 0.2.
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut sum = 0.0;
    for odd in (0..12).rev().map(|index| f64::from(2 * index + 1)) {
        sum = sum * square + 1.0 / odd;
    }
    2.0 * ratio * sum + twos * LN_2
}

/// e to the power of `value`, to about 1e-12 relative; 0 below -700.
pub fn exponential(value: f64) -> f64 {
    if value < -700.0 {
        return 0.0;
    }
    // Halving brings the exponent near 0, where the series is short; squaring brings it back.
    let mut small = value;
    let mut halvings = 0;
    while small.abs() > 0.25 {
        small /= 2.0;
        halvings += 1;
    }
    let mut sum = 1.0;
    for term in (1..14).rev() {
        sum = 1.0 + small / f64::from(term) * sum;
    }
    (0..halvings).fold(sum, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_platform() {
        for step in 1..2000 {
            let value = f64::from(step) * 0.013;
            assert!((natural_log(value) - value.ln()).abs() < 1e-11, "ln {value}");
            let negative = -value * 4.0;
            assert!((exponential(negative) / negative.exp() - 1.0).abs() < 1e-10, "exp {negative}");
        }
        assert_eq!(natural_log(0.0), f64::NEG_INFINITY);
        assert_eq!(exponential(-1e9), 0.0);
    }
}
