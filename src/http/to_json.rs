//! Answers as JSON. Most of an answer is text, and `serde_json` looks at each byte of it by itself, which
//! was a fifth of the instructions that a list took; here they are looked at 32 at a time. The bytes are the
//! same.

use std::cell::Cell;

use serde::{
    Serialize, Serializer,
    ser::{
        Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use serde_json::{Error, Result};

use crate::values::RAW_VALUE;

/// The value as compact JSON, in memory of its own size. It fails where a key of a map is no text.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    thread_local! {
        // How long it will be is known at the end alone, and to grow by doubling is to copy it as often.
        static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    // What most answers need.
    const KEPT: usize = 64 * 1024;
    let mut writer = Writer { json: SCRATCH.take(), is_raw: false };
    let done = value.serialize(&mut writer);
    let json = writer.json.clone();
    if writer.json.capacity() <= KEPT {
        writer.json.clear();
        SCRATCH.set(writer.json);
    }
    done.map(|()| json)
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

macro_rules! numbers {
    ($($method:ident: $type:ty)*) => {$(
        fn $method(self, value: $type) -> Result<()> {
            self.number(value)
        }
    )*};
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

    numbers!(
        serialize_i8: i8
        serialize_i16: i16
        serialize_i32: i32
        serialize_i64: i64
        serialize_i128: i128
        serialize_u8: u8
        serialize_u16: u16
        serialize_u32: u32
        serialize_u64: u64
        serialize_u128: u128
        serialize_f32: f32
        serialize_f64: f64
    );

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
mod tests;
