use std::io::Write;

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{self, Jsonb},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser::SerializeStruct};
use serde_json::{Map, Number, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{AdditionalProperties, ObjectBuilder, Schema},
    },
};

use super::{invalid, stored};

/// A value that is stored as `jsonb`, or comes as `json` out of a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for Json<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = jsonb_text(&bytes)?;
        Ok(Json(stored(|| serde_json::from_slice(text))?))
    }
}

impl<T: DeserializeOwned> FromSql<sql_types::Json, Pg> for Json<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Json(stored(|| serde_json::from_slice(bytes.as_bytes()))?))
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<Jsonb, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = serde_json::to_value(&self.0)?;
        <Value as ToSql<Jsonb, Pg>>::to_sql(&value, &mut out.reborrow())
    }
}

/// JSON that was checked or made before, and is handed on as it is. Two are equal where PostgreSQL takes them for the
/// same `jsonb`: the order of members makes no difference, nor how a number is written.
#[derive(Debug, Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
pub struct StoredJson(Box<str>);

impl PartialEq for StoredJson {
    fn eq(&self, other: &Self) -> bool {
        let value = |json: &Self| serde_json::from_str::<Value>(&json.0);
        self.0 == other.0
            || matches!((value(self), value(other)), (Ok(one), Ok(other)) if is_same(&one, &other))
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || is_same_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(has)
        }
        (one, other) => one == other,
    }
}

/// Whether one is the whole number that the other is with a fraction of nothing, or with an exponent.
fn is_same_number(one: &Number, other: &Number) -> bool {
    let whole = |number: &Number| {
        let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
        // No larger one is the whole number of another spelling: those have at most 64 bits.
        let float = float.filter(|float| float.abs() < 1e30).map(|float| float as i128);
        number.as_i64().map(i128::from).or(number.as_u64().map(i128::from)).or(float)
    };
    whole(one).is_some_and(|number| Some(number) == whole(other))
}

impl From<String> for StoredJson {
    /// A text that is JSON.
    fn from(json: String) -> Self {
        Self(json.into())
    }
}

impl StoredJson {
    /// A value as JSON.
    pub fn of(value: &impl Serialize) -> serde_json::Result<Self> {
        serde_json::to_string(value).map(Self::from)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromSql<Jsonb, Pg> for StoredJson {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(str::from_utf8(jsonb_text(&bytes)?)?.into()))
    }
}

impl ToSql<Jsonb, Pg> for StoredJson {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// The name by which [`serde_json::value::RawValue`] tells a serializer that its one member is JSON already.
pub const RAW_VALUE: &str = "$serde_json::private::RawValue";

impl Serialize for StoredJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_raw(&self.0, serializer)
    }
}

/// Hands on what is JSON already, as a RawValue does, which can be had by reading the whole text again alone.
pub(super) fn serialize_raw<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
    raw.serialize_field(RAW_VALUE, json)?;
    raw.end()
}

/// What the binary form of a `jsonb` begins with.
const JSONB_VERSION: u8 = 1;

/// The text of a `jsonb` in its binary form.
fn jsonb_text<'a>(bytes: &'a PgValue<'_>) -> deserialize::Result<&'a [u8]> {
    match bytes.as_bytes() {
        [JSONB_VERSION, text @ ..] => Ok(text),
        _ => Err("jsonb of an unknown version".into()),
    }
}

/// What a newsroom notes on an article for its own purposes: a JSON object of
/// at most 16 KiB.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Metadata(Map<String, Value>);

const METADATA_BYTES: usize = 16 * 1024;

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = Map::deserialize(deserializer)?;
        let size = serde_json::to_string(&object).map_or(0, |text| text.len());
        if size > METADATA_BYTES {
            return Err(invalid(
                "too_long",
                format_args!("must have at most {METADATA_BYTES} bytes as JSON, and has {size}"),
            ));
        }
        Ok(Self(object))
    }
}

impl PartialSchema for Metadata {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("A JSON object of the newsroom's own, of at most 16 KiB."))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
            .examples([serde_json::json!({"desk": "culture", "priority": 3})])
            .into()
    }
}

impl ToSchema for Metadata {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_same_however_it_is_written() {
        let is_same =
            |one: &str, other: &str| StoredJson::from(one.to_owned()) == StoredJson::from(other.to_owned());
        for (one, other) in [
            (r#"{"a": 1, "b": [null, "c"]}"#, r#"{"b":[null,"\u0063"],"a":1}"#),
            ("[1.0, -2, 1e16]", "[1, -2.00, 10000000000000000]"),
            ("0.50", "5e-1"),
            ("100000000000000000000", "1e20"),
        ] {
            assert!(is_same(one, other), "{one} {other}");
        }
        for (one, other) in [
            (r#"{"a": 1}"#, r#"{"a": 2}"#),
            (r#"{"a": 1}"#, r#"{"a": 1, "b": null}"#),
            (r#"{"a": null}"#, r#"{"b": null}"#),
            ("[1, 2]", "[2, 1]"),
            ("[1]", "[1, 1]"),
            ("1", r#""1""#),
            ("9007199254740993", "9007199254740992.0"),
            ("1", "1.5"),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn stored_json_is_handed_on_as_it_is() {
        let text = r#"{"b":  1, "a": ["\u00e9", null]}"#;
        let stored = [StoredJson(text.into())];
        assert_eq!(serde_json::to_string(&stored).expect("JSON"), format!("[{text}]"));
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(serde_json::to_value(&stored[0]).expect("JSON"), value);
    }
}
