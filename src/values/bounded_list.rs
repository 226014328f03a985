use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ArrayBuilder, Schema},
    },
};

use super::{INLINE, invalid, is_stored};

/// A list of at most `MAX` items.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct BoundedList<T, const MAX: usize>(pub Vec<T>);

impl<T, const MAX: usize> Default for BoundedList<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for BoundedList<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::deserialize(deserializer)?;
        if items.len() > MAX && !is_stored() {
            let length = items.len();
            return Err(invalid("too_many", format_args!("must have at most {MAX} items, and has {length}")));
        }
        Ok(Self(items))
    }
}

impl<T: ToSchema, const MAX: usize> PartialSchema for BoundedList<T, MAX> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name(T::name()))
            .max_items(Some(MAX))
            .into()
    }
}

impl<T: ToSchema, const MAX: usize> ToSchema for BoundedList<T, MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}list-{}-{MAX}", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
