//! What counts of articles say.

/// Normalised pointwise mutual information (Bouma, "Normalized (Pointwise) Mutual Information in
/// Collocation Extraction", 2009): 1 for two that never appear without each other, 0 for two that
/// meet by chance, towards -1 for two that avoid each other.
///
/// `both` of the `one` articles of the first have the second as well, which is in `other` of `all`.
pub fn npmi(both: f64, one: f64, other: f64, all: f64) -> f64 {
    let together = both / all;
    if together >= 1.0 {
        // All articles have both: neither says anything of the other.
        return 0.0;
    }
    let chance = (one / all) * (other / all);
    ((together / chance).ln() / -together.ln()).clamp(-1.0, 1.0)
}

/// How much more often something is found now than before: the signed root of the log-likelihood
/// ratio (Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993), which
/// is about the number of standard deviations and holds for rare events too.
///
/// `now` of `all_now` articles have it, and `before` of `all_before`.
pub fn burst(now: f64, all_now: f64, before: f64, all_before: f64) -> f64 {
    let (rate_now, rate_before) = (rate(now, all_now), rate(before, all_before));
    let rate = rate(now + before, all_now + all_before);
    let gain = log_likelihood(now, all_now, rate_now) + log_likelihood(before, all_before, rate_before)
        - log_likelihood(now, all_now, rate)
        - log_likelihood(before, all_before, rate);
    (2.0 * gain.max(0.0)).sqrt().copysign(rate_now - rate_before)
}

fn rate(number: f64, of: f64) -> f64 {
    if of > 0.0 { number / of } else { 0.0 }
}

fn log_likelihood(number: f64, of: f64, rate: f64) -> f64 {
    let part = |number: f64, rate: f64| if number > 0.0 { number * rate.ln() } else { 0.0 };
    part(number, rate) + part(of - number, 1.0 - rate)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_never_appears_alone_is_at_one_and_who_meets_by_chance_at_zero() {
        assert_eq!(npmi(10.0, 10.0, 10.0, 1000.0), 1.0);
        assert!(npmi(1.0, 10.0, 100.0, 1000.0).abs() < 1e-9);
        assert!(npmi(1.0, 100.0, 100.0, 1000.0) < 0.0);
        assert_eq!(npmi(5.0, 5.0, 5.0, 5.0), 0.0);
    }

    #[test]
    fn the_same_rate_is_no_burst() {
        assert!(burst(10.0, 100.0, 40.0, 400.0).abs() < 1e-6);
        assert!(burst(20.0, 100.0, 40.0, 400.0) > 0.0);
        assert!(burst(5.0, 100.0, 40.0, 400.0) < 0.0);
        assert_eq!(burst(0.0, 0.0, 0.0, 0.0), 0.0);
        assert!(burst(5.0, 5.0, 0.0, 0.0).is_finite());
    }

    /// Reference values by hand: 2 (30 ln 3 + 70 ln (70/90) ...), as any G-test gives them.
    #[test]
    fn a_burst_is_the_root_of_the_g_test() {
        // 30 of 100 against 10 of 100: G = 12.9587.
        let g: f64 = 2.0
            * (30.0 * (30.0f64 / 20.0).ln()
                + 10.0 * (10.0f64 / 20.0).ln()
                + 70.0 * (70.0f64 / 80.0).ln()
                + 90.0 * (90.0f64 / 80.0).ln());
        assert!((burst(30.0, 100.0, 10.0, 100.0) - g.sqrt()).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_measures_are_numbers_within_their_bounds(
            all in 1u32..10_000, one in 1u32..10_000, other in 1u32..10_000, both in 1u32..10_000,
        ) {
            let (one, other) = (one.min(all), other.min(all));
            // As many as have to overlap, and no more than can.
            let both = both.min(one).min(other).max((one + other).saturating_sub(all)).max(1);
            let npmi = npmi(both.into(), one.into(), other.into(), all.into());
            prop_assert!((-1.0..=1.0).contains(&npmi));
            let burst = burst(both.into(), one.into(), other.into(), all.into());
            prop_assert!(burst.is_finite());
        }
    }
}
