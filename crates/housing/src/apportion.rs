//! Whole persons whose parts add up to the shown total.

/// Rounds parts to whole numbers that add up to the rounded total (largest remainders first).
///
/// Negative and not-finite parts count as nothing. Ties go to the earlier part, so the answer repeats.
pub fn apportion(parts: &[f64]) -> Vec<u64> {
    let clean = |part: f64| if part.is_finite() && part > 0.0 { part } else { 0.0 };
    let total: f64 = parts.iter().copied().map(clean).sum();
    let mut whole: Vec<u64> = parts.iter().map(|&part| clean(part).floor() as u64).collect();
    let missing = (total.round() as u64).saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| clean(parts[b]).fract().total_cmp(&clean(parts[a]).fract()));
    for &index in order.iter().cycle().take(missing as usize) {
        whole[index] += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thirds_add_up() {
        assert_eq!(apportion(&[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]), [1, 0, 0]);
        assert_eq!(apportion(&[2.5, 2.5, -1.0, f64::NAN]), [3, 2, 0, 0]);
        assert!(apportion(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn parts_add_up_and_stay_within_one(parts in proptest::collection::vec(0.0..50_000.0_f64, 0..40)) {
            let whole = apportion(&parts);
            prop_assert_eq!(whole.iter().sum::<u64>(), parts.iter().sum::<f64>().round() as u64);
            for (part, count) in parts.iter().zip(&whole) {
                prop_assert!((part - *count as f64).abs() <= 1.0);
            }
        }
    }
}
