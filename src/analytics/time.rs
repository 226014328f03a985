//! Lengths of time, and the parts into which a timeline cuts it.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use crate::values::text_enum;

text_enum! {
    /// The length of a part of a timeline, in UTC; a week begins on Monday.
    pub enum Interval {
        Day = "day",
        Week = "week",
        Month = "month",
    }
}

impl Interval {
    /// The first day of the part that the day is in.
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        match self {
            Interval::Day => day,
            Interval::Week => day.week(Weekday::Mon).checked_first_day().unwrap_or(day),
            Interval::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the part after the one that begins then.
    pub fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Interval::Day => start.checked_add_days(Days::new(1)),
            Interval::Week => start.checked_add_days(Days::new(7)),
            Interval::Month => start.checked_add_months(Months::new(1)),
        }
    }

    /// The last day of the part that begins then; none is of a year that has five digits, which is no date of RFC 3339.
    pub fn end(self, start: NaiveDate) -> NaiveDate {
        let end = self.next(start).and_then(|next| next.checked_sub_days(Days::new(1)));
        end.filter(|end| end.year() <= 9999).or(NaiveDate::from_ymd_opt(9999, 12, 31)).unwrap_or(start)
    }
}

/// A time cut into parts, without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    pub interval: Interval,
    /// The first day of each, in order.
    pub starts: Vec<NaiveDate>,
}

impl Parts {
    /// How many there are at most.
    pub const MAX: usize = 1000;

    /// Those from the first day to the last; `None` where they are too many.
    pub fn between(interval: Interval, first: NaiveDate, last: NaiveDate) -> Option<Self> {
        let starts = std::iter::successors(Some(interval.start_of(first)), |start| interval.next(*start));
        let starts: Vec<_> = starts.take_while(|start| *start <= last).take(Self::MAX + 1).collect();
        (starts.len() <= Self::MAX).then_some(Self { interval, starts })
    }

    /// What was counted on some days, summed up for each part.
    pub fn sums(&self, days: &[(NaiveDate, i64)]) -> Vec<i64> {
        let mut sums = vec![0; self.starts.len()];
        for (day, count) in days {
            let part = self.starts.binary_search(&self.interval.start_of(*day));
            if let Some(sum) = part.ok().and_then(|part| sums.get_mut(part)) {
                *sum += count;
            }
        }
        sums
    }
}

/// A length of time: hours, days or weeks, as `48h`, `7d`, `4w`; up to a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    hours: i64,
}

impl Span {
    const LONGEST: i64 = 366 * 24;

    /// So many days.
    pub const fn days(days: i64) -> Self {
        Self { hours: days * 24 }
    }

    /// The same, to be reckoned with.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::hours(self.hours)
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, hours) = match text.strip_suffix(['h', 'd', 'w']).zip(text.chars().last())? {
            (number, 'h') => (number, 1),
            (number, 'd') => (number, 24),
            (number, _) => (number, 24 * 7),
        };
        let is_number = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let hours = number.parse::<i64>().ok().filter(|_| is_number)?.checked_mul(hours)?;
        (1..=Self::LONGEST).contains(&hours).then_some(Self { hours })
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(
                "invalid_span|must be hours, days or weeks, as 48h, 7d or 4w, and a year at most",
            )
        })
    }
}

/// Up to 8784 hours, 366 days or 52 weeks.
const SPAN: &str = "^(([1-9][0-9]{0,2}|[1-7][0-9]{3}|8[0-6][0-9]{2}|87[0-7][0-9]|878[0-4])h\
    |([1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])d|([1-9]|[1-4][0-9]|5[0-2])w)$";

impl PartialSchema for Span {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A length of time in hours, days or weeks, a year at most."))
            .pattern(Some(SPAN))
            .min_length(Some(2))
            .max_length(Some(5))
            .examples([serde_json::json!("7d")])
            .into()
    }
}

impl ToSchema for Span {}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, string::string_regex};

    use super::*;

    proptest! {
        #[test]
        fn matches_of_the_pattern_are_spans(text in string_regex(SPAN.trim_matches(['^', '$'])).expect("a pattern")) {
            prop_assert!(Span::parse(&text).is_some());
        }
    }

    #[test]
    fn spans_are_hours_days_and_weeks() {
        assert_eq!(Span::parse("7d"), Some(Span::days(7)));
        assert_eq!(Span::parse("4w"), Some(Span::days(28)));
        assert_eq!(Span::parse("48h"), Some(Span::days(2)));
        for text in
            ["", "d", "0d", "07d", "-1d", "+1d", "7", "7m", "367d", "99999999999999999999d", "٧d", "1.5d"]
        {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn weeks_begin_on_monday() {
        let weeks = parts(Interval::Week, day("2026-11-22"), day("2026-11-30"));
        assert_eq!(weeks.starts, [day("2026-11-16"), day("2026-11-23"), day("2026-11-30")]);
    }

    fn parts(interval: Interval, first: NaiveDate, last: NaiveDate) -> Parts {
        Parts::between(interval, first, last).expect("few parts")
    }

    #[test]
    fn the_last_parts_end_with_the_year_9999_and_the_first_begin_with_the_year_1() {
        for interval in [Interval::Day, Interval::Week, Interval::Month] {
            let last = day("9999-12-31");
            assert_eq!(interval.end(interval.start_of(last)), last);
            let first = day("0001-01-01");
            assert_eq!(interval.start_of(first), first);
        }
    }

    #[test]
    fn there_are_no_more_parts_than_anybody_can_look_at() {
        let first = day("2026-01-01");
        assert_eq!(parts(Interval::Day, first, first + Days::new(999)).starts.len(), 1000);
        assert_eq!(Parts::between(Interval::Day, first, first + Days::new(1000)), None);
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_part(first in 0u64..20_000, length in 0u64..1_000, at in 0u64..1_000) {
            let first = day("1990-01-01") + Days::new(first);
            let last = first + Days::new(length);
            let some = first + Days::new(at.min(length));
            for interval in [Interval::Day, Interval::Week, Interval::Month] {
                let parts = parts(interval, first, last);
                prop_assert!(parts.starts.is_sorted());
                let holding: Vec<_> = parts.starts.iter().map(|start| {
                    i64::from(*start <= some && some <= interval.end(*start))
                }).collect();
                prop_assert_eq!(holding.iter().sum::<i64>(), 1);
                prop_assert_eq!(parts.sums(&[(some, 1)]), holding);
            }
        }
    }
}
