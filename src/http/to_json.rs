//! Answers as JSON. Most of an answer is text, and `serde_json` looks at each byte of it by itself; here
//! they are looked at 32 at a time, which halves what an answer takes. The bytes are the same.

use serde::{
    Serialize, Serializer,
    ser::{
        Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use serde_json::{Error, Result};

use crate::values::RAW_VALUE;

/// The value as compact JSON. It fails where a key of a map is no text.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    let mut writer = Writer { json: Vec::with_capacity(1024), is_raw: false };
    value.serialize(&mut writer)?;
    Ok(writer.json)
}

struct Writer {
    json: Vec<u8>,
    /// Whether the next text is JSON already.
    is_raw: bool,
}

impl Writer {
    fn push(&mut self, json: &str) {
        self.json.extend_from_slice(json.as_bytes());
    }

    fn number(&mut self, number: impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.json, &number)
    }

    fn text(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        self.json.reserve(rest.len() + 2);
        self.json.push(b'"');
        while let Some(place) = find_special(rest) {
            let (plain, special) = rest.split_at(place);
            self.json.extend_from_slice(plain);
            if let Some((byte, after)) = special.split_first() {
                self.escape(*byte);
                rest = after;
            }
        }
        self.json.extend_from_slice(rest);
        self.json.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            _ => {
                let digit = |four_bits: u8| HEX[usize::from(four_bits & 0xf)];
                self.json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
                return;
            }
        };
        self.json.extend_from_slice(&[b'\\', short]);
    }

    /// Begins what is enclosed in brackets or braces.
    fn open(&mut self, opening: &str, closing: &'static str) -> Members<'_> {
        self.push(opening);
        Members { writer: self, is_first: true, closing }
    }
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Where the first byte is that stands for itself nowhere in a JSON text.
fn find_special(bytes: &[u8]) -> Option<usize> {
    const STEP: usize = 32;
    let (steps, rest) = bytes.as_chunks::<STEP>();
    // No branch for a byte, so that the processor takes them together.
    let has_special = |step: &[u8; STEP]| step.iter().fold(false, |found, byte| found | is_special(*byte));
    match steps.iter().position(has_special) {
        Some(number) => {
            let start = number * STEP;
            bytes[start..].iter().position(|byte| is_special(*byte)).map(|place| start + place)
        }
        None => {
            let start = steps.len() * STEP;
            rest.iter().position(|byte| is_special(*byte)).map(|place| start + place)
        }
    }
}

/// The members of an array or an object, as far as they are written.
struct Members<'a> {
    writer: &'a mut Writer,
    is_first: bool,
    closing: &'static str,
}

impl Members<'_> {
    fn part(&mut self) {
        if !self.is_first {
            self.writer.json.push(b',');
        }
        self.is_first = false;
    }

    fn element(&mut self, value: &(impl Serialize + ?Sized)) -> Result<()> {
        self.part();
        value.serialize(&mut *self.writer)
    }

    fn member(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Result<()> {
        if self.writer.is_raw {
            return value.serialize(&mut *self.writer);
        }
        self.part();
        self.writer.text(name);
        self.writer.json.push(b':');
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<()> {
        self.writer.push(self.closing);
        Ok(())
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Members<'a>;
    type SerializeTupleVariant = Members<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.push(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<()> {
        self.number(value)
    }

    fn serialize_i16(self, value: i16) -> Result<()> {
        self.number(value)
    }

    fn serialize_i32(self, value: i32) -> Result<()> {
        self.number(value)
    }

    fn serialize_i64(self, value: i64) -> Result<()> {
        self.number(value)
    }

    fn serialize_i128(self, value: i128) -> Result<()> {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<()> {
        self.number(value)
    }

    fn serialize_u16(self, value: u16) -> Result<()> {
        self.number(value)
    }

    fn serialize_u32(self, value: u32) -> Result<()> {
        self.number(value)
    }

    fn serialize_u64(self, value: u64) -> Result<()> {
        self.number(value)
    }

    fn serialize_u128(self, value: u128) -> Result<()> {
        self.number(value)
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.number(value)
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.number(value)
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        if std::mem::take(&mut self.is_raw) {
            self.push(value);
        } else {
            self.text(value);
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.push("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let mut members = self.open("{", "}");
        members.member(variant, value)?;
        members.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'a>> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'a>> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'a>> {
        self.push("{");
        self.text(variant);
        Ok(self.open(":[", "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'a>> {
        if name == RAW_VALUE {
            self.is_raw = true;
            return Ok(self.open("", ""));
        }
        Ok(self.open("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'a>> {
        self.push("{");
        self.text(variant);
        Ok(self.open(":{", "}}"))
    }
}

/// What all arrays have in common.
macro_rules! array {
    ($($trait:ident::$method:ident)*) => {$(
        impl $trait for Members<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }

            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

array!(SerializeSeq::serialize_element SerializeTuple::serialize_element SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field);

/// What all objects have in common whose members are known.
macro_rules! object {
    ($($trait:ident)*) => {$(
        impl $trait for Members<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
                self.member(name, value)
            }

            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

object!(SerializeStruct SerializeStructVariant);

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.part();
        let start = self.writer.json.len();
        key.serialize(&mut *self.writer)?;
        match self.writer.json.get(start) {
            Some(b'"') => Ok(()),
            _ => Err(Error::custom("a key must be a text")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.writer.json.push(b':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Value, json, value::RawValue};

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            texts().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(texts(), inner, 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Long ones too, with what has to be escaped in any place.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[a-zا-ي\"\\\\\u{0}-\u{1f}\u{7f}]{0,200}", "[ا-ي ]{0,200}"]
    }

    fn assert_same(value: &impl Serialize) {
        let ours = String::from_utf8(to_json(value).expect("JSON")).expect("UTF-8");
        assert_eq!(ours, serde_json::to_string(value).expect("JSON"));
    }

    proptest! {
        #[test]
        fn any_value_has_the_bytes_that_serde_json_gives_it(value in values()) {
            assert_same(&value);
        }

        #[test]
        fn any_text_has_the_bytes_that_serde_json_gives_it(text in texts()) {
            assert_same(&text);
        }
    }

    #[test]
    fn every_form_of_data_has_the_bytes_that_serde_json_gives_it() {
        #[derive(Serialize)]
        enum Form {
            Unit,
            New(u8),
            Tuple(u8, char),
            Struct { one: Option<u8>, other: () },
        }
        #[derive(Serialize)]
        struct Whole {
            forms: Vec<Form>,
            raw: Box<RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            missing: Option<u8>,
            #[serde(flatten)]
            rest: BTreeMap<String, Value>,
            pair: (f32, i128),
        }
        let raw = RawValue::from_string(r#"{"a" : [1, "\u00e9"]}"#.to_owned()).expect("JSON");
        assert_same(&Whole {
            forms: vec![Form::Unit, Form::New(1), Form::Tuple(2, '"'), Form::Struct { one: None, other: () }],
            raw: raw.clone(),
            missing: None,
            rest: BTreeMap::from([("سطر".to_owned(), json!({"text": "\n", "none": null}))]),
            pair: (0.1, -7),
        });
        assert_same(&[raw.clone(), raw]);
        assert_same(&f64::NAN);
        assert!(to_json(&BTreeMap::from([(1, 2)])).is_err());
    }
}
