use chrono::{DateTime, Datelike, Days, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{AnyOfBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

use super::invalid;

/// An instant, in UTC, of the years 1 to 9999, to the microsecond (which is
/// what PostgreSQL keeps).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub DateTime<Utc>);

fn parse(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc).trunc_subsecs(6);
    (1..=9999).contains(&instant.year()).then_some(instant)
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text)
            .map(Timestamp)
            .ok_or_else(|| invalid("invalid_timestamp", "must be an RFC 3339 time, as 2026-11-23T09:30:00Z"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }
}

fn schema_of(format: KnownFormat, example: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
        .examples([example])
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        schema_of(KnownFormat::DateTime, "2026-11-23T09:30:00Z").into()
    }
}

impl ToSchema for Timestamp {}

/// An end of a range of time, as a filter gives it: an instant, or a whole day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Moment {
    Instant(Timestamp),
    Day(NaiveDate),
}

impl Moment {
    /// The first instant of it.
    pub fn start(self) -> DateTime<Utc> {
        match self {
            Moment::Instant(instant) => instant.0,
            Moment::Day(day) => day.and_time(chrono::NaiveTime::MIN).and_utc(),
        }
    }

    /// The last instant of it.
    pub fn end(self) -> DateTime<Utc> {
        match self {
            Moment::Instant(instant) => instant.0,
            Moment::Day(day) => {
                let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
                next.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::microseconds(1)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(instant) = parse(&text) {
            return Ok(Moment::Instant(Timestamp(instant)));
        }
        match NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
            Ok(day) if text.len() == 10 && day.year() >= 1 => Ok(Moment::Day(day)),
            // What a + is in a query string.
            _ if parse(&text.replace(' ', "+")).is_some() => Err(invalid(
                "invalid_timestamp",
                "must have its + encoded, as 2026-11-23T09:30:00%2B03:00: in a query a + is a space",
            )),
            _ => Err(invalid(
                "invalid_timestamp",
                "must be a day or an RFC 3339 time, as 2026-11-23 or 2026-11-23T09:30:00Z",
            )),
        }
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(schema_of(KnownFormat::DateTime, "2026-11-23T09:30:00Z"))
            .item(schema_of(KnownFormat::Date, "2026-11-23"))
            .description(Some("A day in UTC, or an instant."))
            .into()
    }
}

impl ToSchema for Moment {}
