//! The formats of answers, and which of them a request wants (RFC 9110, 12).
//!
//! A value that can be written in several formats lists them, as [`Offered`]; all that depends on them follows from
//! that list: the parameter `format`, the negotiation by `Accept`, `Vary`, the key of a cached response, and the OpenAPI
//! document.

mod accept;

use std::fmt;

use actix_web::{
    HttpRequest,
    http::header::{ACCEPT, HeaderMap},
};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

pub use self::accept::Format;
use self::accept::{Offer, preferred};
use super::target::Address;
use crate::{
    error::{ApiError, ApiResult, FieldError, Problem, invalid_parameter},
    values::none_of,
};

/// What most answers are.
pub const JSON: Format = Format { name: "json", media_types: &["application/json"] };

/// A value that answers are written of.
pub trait Offered: Sized + 'static {
    /// One of the items where they are written one by one.
    type Item: 'static;

    /// The formats that there are; the first is for those who take any.
    const FORMATS: &'static [Writing<Self>];
}

/// A format, and how the value is written in it.
pub struct Writing<V: Offered> {
    pub format: Format,
    pub writer: Writer<V>,
}

/// How a value is written.
pub enum Writer<V: Offered> {
    /// All at once, for the address at which it is answered. The schema is for the OpenAPI document.
    Whole { write: fn(&V, &Address) -> ApiResult<Vec<u8>>, schema: fn(&mut Schemas) -> RefOr<Schema> },
    /// Item by item, as they are read.
    Items(fn(&V::Item, &mut Vec<u8>) -> ApiResult<()>),
}

/// Named schemas of the OpenAPI document.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// The format that a request gets.
pub struct Chosen<V: Offered> {
    writing: &'static Writing<V>,
    form: Form,
}

impl<V: Offered> Clone for Chosen<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: Offered> Copy for Chosen<V> {}

impl<V: Offered> fmt::Debug for Chosen<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.form.fmt(f)
    }
}

impl<V: Offered> PartialEq for Chosen<V> {
    fn eq(&self, other: &Self) -> bool {
        self.form.media_type == other.form.media_type
    }
}

impl<V: Offered> Chosen<V> {
    /// The format that the parameter `format` names, or else the one that `Accept` prefers.
    pub fn of(request: &HttpRequest, named: Option<&str>) -> ApiResult<Self> {
        let is_negotiated = V::FORMATS.len() > 1;
        if let Some(named) = named {
            let writing = find(named).map_err(|fault| invalid_parameter(PARAMETER, UNKNOWN, fault))?;
            let media_type = first_name(&writing.format);
            let form = Form { media_type, is_usual: true, is_negotiated, negotiate: None };
            return Ok(Self { writing, form });
        }
        let formats = || V::FORMATS.iter().map(|writing| &writing.format);
        let offer = negotiate(request.headers(), formats()).ok_or_else(|| not_acceptable(formats()))?;
        let media_type = offer.media_type;
        let is_usual = media_type == first_name(&V::FORMATS[0].format);
        let negotiate = Some(media_type_for::<V> as fn(&HeaderMap) -> _);
        let form = Form { media_type, is_usual, is_negotiated, negotiate };
        Ok(Self { writing: &V::FORMATS[offer.format], form })
    }

    /// How it is written.
    pub fn writer(&self) -> &'static Writer<V> {
        &self.writing.writer
    }

    /// What of it is known where the value is not.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The value at an address, in this format.
    pub fn write(&self, value: &V, address: &Address) -> ApiResult<Vec<u8>> {
        match self.writer() {
            Writer::Whole { write, .. } => write(value, address),
            Writer::Items(_) => Err(ApiError::internal("what is written item by item is never whole")),
        }
    }
}

fn media_type_for<V: Offered>(headers: &HeaderMap) -> Option<&'static str> {
    negotiate(headers, V::FORMATS.iter().map(|writing| &writing.format)).map(|offer| offer.media_type)
}

/// The parameter that names a format.
pub const PARAMETER: &str = "format";
const UNKNOWN: &str = "unknown_value";

/// What the OpenAPI document says of the parameter `format`.
pub fn parameter<V: Offered>() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names::<V>())).into()
}

/// Notes where the parameter `format` names none that there is.
pub fn check<V: Offered>(named: Option<&str>, faults: &mut Vec<FieldError>) {
    let fault = named.and_then(|named| find::<V>(named).err());
    faults.extend(fault.map(|fault| FieldError::new(format!("/{PARAMETER}"), UNKNOWN, fault)));
}

fn find<V: Offered>(name: &str) -> Result<&'static Writing<V>, String> {
    let found = V::FORMATS.iter().find(|writing| writing.format.name == name);
    found.ok_or_else(|| none_of(name, &names::<V>()))
}

fn names<V: Offered>() -> Vec<&'static str> {
    V::FORMATS.iter().map(|writing| writing.format.name).collect()
}

/// The form that an answer has, whatever it was written of.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The name of the format that the client is told.
    pub media_type: &'static str,
    /// Whether it is what the address stands for: the first of its formats, or that which the address names.
    is_usual: bool,
    is_negotiated: bool,
    /// The media type for requests with these headers, unless the address has said which.
    negotiate: Option<fn(&HeaderMap) -> Option<&'static str>>,
}

impl Form {
    /// That of an answer that is JSON and nothing else, unless the request refuses just that.
    pub fn json(request: &HttpRequest) -> ApiResult<Self> {
        fn json(headers: &HeaderMap) -> Option<&'static str> {
            negotiate(headers, [&JSON].into_iter()).map(|offer| offer.media_type)
        }
        let media_type = json(request.headers()).ok_or_else(|| not_acceptable([&JSON].into_iter()))?;
        Ok(Self { media_type, is_usual: true, is_negotiated: false, negotiate: Some(json) })
    }

    /// The media type of what a request with these headers gets from the same address; none where it takes nothing of
    /// what there is.
    pub fn for_request(&self, headers: &HeaderMap) -> Option<&'static str> {
        self.negotiate.map_or(Some(self.media_type), |negotiate| negotiate(headers))
    }

    /// The name under which it is kept, of that of its address.
    pub fn key(&self, target: String) -> String {
        if self.is_usual { target } else { key_in(self.media_type, &target) }
    }

    /// The header fields of requests on which such an answer depends.
    pub fn vary(&self) -> &'static str {
        if self.is_negotiated { VARY_NEGOTIATED } else { "Accept-Encoding, Authorization" }
    }
}

/// The same for an answer that is one of several formats.
pub const VARY_NEGOTIATED: &str = "Accept, Accept-Encoding, Authorization";

/// The name under which an answer is kept that is of another format than its address stands for.
pub fn key_in(media_type: &str, target: &str) -> String {
    // No path begins so.
    format!("{media_type}:{target}")
}

/// The media type of a format, that the request has for it.
pub fn media_type_of(request: &HttpRequest, format: &'static Format) -> ApiResult<&'static str> {
    let offer = negotiate(request.headers(), [format].into_iter());
    offer.map(|offer| offer.media_type).ok_or_else(|| not_acceptable([format].into_iter()))
}

fn first_name(format: &'static Format) -> &'static str {
    format.media_types.first().copied().unwrap_or_default()
}

/// Which of the formats the headers prefer.
fn negotiate(headers: &HeaderMap, formats: impl Iterator<Item = &'static Format>) -> Option<Offer> {
    preferred(headers.get_all(ACCEPT).map(|line| line.as_bytes()), formats)
}

fn not_acceptable(formats: impl Iterator<Item = &'static Format>) -> ApiError {
    let form = |format: &Format| format!("{} (format={})", format.media_types.join(" or "), format.name);
    let forms: Vec<String> = formats.map(form).collect();
    let detail = format!("Accept takes no format that there is here: {}", forms.join(", "));
    ApiError::new(Problem::NotAcceptable, detail)
}
