//! The formats of answers: in which of them each value can be written, and how.
//!
//! A format that others than the service itself have need of has a file of its own here: its names, and what writes it.
//! All that follows from the list is done by [`crate::http::format`] and, in the OpenAPI document, by
//! [`crate::openapi`].

mod annotations;

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{Ref, RefOr, schema::Schema},
};

use self::annotations::{AnnotationPage, JSON_LD};
use crate::{
    articles::body::Shaped,
    error::{ApiError, ApiResult},
    http::{
        format::{Format, JSON, Offered, Schemas, Writer, Writing},
        ndjson::NDJSON,
        target::Address,
        to_json::to_json,
    },
    mentions::body::MentionPage,
    search::body::{ArticleExport, ArticlePage},
};

impl Offered for ArticlePage {
    type Item = Shaped;
    const FORMATS: &'static [Writing<Self>] = &[whole::<_, Self>(JSON, json), items(NDJSON, line)];
}

impl Offered for ArticleExport {
    type Item = Shaped;
    const FORMATS: &'static [Writing<Self>] = &[items(NDJSON, line)];
}

impl Offered for MentionPage {
    type Item = ();
    const FORMATS: &'static [Writing<Self>] =
        &[whole::<_, Self>(JSON, json), whole::<_, AnnotationPage>(JSON_LD, annotations::write)];
}

/// What the OpenAPI document says of all of them.
pub fn described() -> Vec<Described> {
    vec![describe::<ArticlePage>(), describe::<MentionPage>()]
}

/// A value that has several formats, as the OpenAPI document has it.
pub struct Described {
    /// The name of its schema as JSON.
    pub name: String,
    /// The media types of those in which it is whole, with the schema of each. What is written item by item is an
    /// operation of its own there, so that generated clients have one type for each answer.
    pub contents: Vec<(&'static str, RefOr<Schema>)>,
    /// The schemas to which these refer.
    pub schemas: Schemas,
}

fn describe<V: Offered + ToSchema>() -> Described {
    let (mut contents, mut schemas) = (Vec::new(), Schemas::new());
    for Writing { format, writer } in V::FORMATS {
        if let Writer::Whole { schema, .. } = writer {
            contents.extend(format.media_types.iter().map(|media_type| (*media_type, schema(&mut schemas))));
        }
    }
    Described { name: V::name().into_owned(), contents, schemas }
}

/// A format in which a value is written as a `T`.
const fn whole<V: Offered, T: ToSchema>(
    format: Format,
    write: fn(&V, &Address) -> ApiResult<Vec<u8>>,
) -> Writing<V> {
    Writing { format, writer: Writer::Whole { write, schema: schema_of::<T> } }
}

/// A format in which items follow one another.
const fn items<V: Offered>(format: Format, write: fn(&V::Item, &mut Vec<u8>) -> ApiResult<()>) -> Writing<V> {
    Writing { format, writer: Writer::Items(write) }
}

fn schema_of<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    Ref::from_schema_name(T::name()).into()
}

fn json<V: Serialize>(value: &V, _: &Address) -> ApiResult<Vec<u8>> {
    to_json(value).map_err(ApiError::internal)
}

fn line<T: Serialize>(item: &T, text: &mut Vec<u8>) -> ApiResult<()> {
    serde_json::to_writer(&mut *text, item).map_err(ApiError::internal)?;
    text.push(b'\n');
    Ok(())
}
