//! Articles as JSON, the way clients write them.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{OneOfBuilder, Schema},
    },
};

use super::model::{ArticleContent, ArticleStatus, BodyFormat, Image, Relation};
use crate::{
    annotator::model::LinkOrigin,
    entities::model::{EntityType, Names as EntityNames},
    error::{ApiError, ApiResult, FieldError},
    http::{input::Input, json::patch_schema},
    tags::model::{Names as TagNames, TagKind},
    values::{
        BoundedList, Key, LanguageTag, LenientText, Localized, Metadata, Object, Salience, Slug, StoredJson,
        Text, Timestamp, Url,
    },
};
use maqal_text::body;

/// An article as a client writes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "language": "ar", "status": "published", "headline": "افتتاح معرض الخرطوم للكتاب",
    "kicker": "معارض الكتب", "standfirst": "ثلاثمئة ناشر من عشرين بلدًا", "body": "افتُتح المعرض صباح اليوم.",
    "byline": "ليلى عثمان", "source": "desk", "external_id": "2026-118",
    "tags": [{"slug": "books", "kind": "topic", "names": {"ar": "كتب", "en": "Books"}}],
    "entities": [{"slug": "khartoum", "type": "place", "name": "الخرطوم", "relation": "about", "salience": 0.9}]
})))]
pub struct ArticleInput {
    /// Made from the headline where it is left out, when the article is first published; afterwards it stays. Before
    /// that it is a provisional one, which says nothing of the article.
    pub slug: Option<Slug>,
    /// A new article is a draft, unless said otherwise; afterwards the status stays where it is left out.
    pub status: Option<ArticleStatus>,
    #[schema(required, nullable = false)]
    pub language: Option<LanguageTag>,
    #[schema(required, nullable = false)]
    pub headline: Option<Text<1, 500>>,
    /// A short line above the headline: the subject or the series, say.
    pub kicker: Option<Text<0, 200>>,
    /// Another headline, for places where the first does not fit.
    pub alternative_headline: Option<Text<0, 500>>,
    /// A sentence or two below the headline.
    pub standfirst: Option<Text<0, 5000>>,
    /// Empty, unless given.
    pub body: Option<LenientText<1_000_000>>,
    /// Plain text, unless said otherwise. Markdown is CommonMark with tables, strikethrough and footnotes; `*` and `~` open
    /// and close an emphasis beside letters of scripts that write words together too, as in `و**«القدس»**`.
    pub body_format: Option<BodyFormat>,
    /// Who wrote it, as readers see it.
    pub byline: Option<Text<0, 500>>,
    /// Where it comes from.
    pub source: Option<Text<1, 100>>,
    /// Its id there: `source` and `external_id` together are unique.
    pub external_id: Option<Text<1, 300>>,
    pub canonical_url: Option<Url>,
    pub image: Option<ImageObject>,
    /// Now, where a published article has none; where it is left out, it stays. A date to come hides nothing: the status
    /// alone does.
    pub published_at: Option<Timestamp>,
    /// The id or the slug of the article that this one translates. That may be a translation itself, but not of this one.
    pub translation_of: Option<Key>,
    pub metadata: Option<Metadata>,
    /// Its tags, in order. One that is named twice counts once.
    pub tags: Option<TagRefs>,
    /// The entities it speaks of, in order. One that is named twice counts once, the first time.
    #[schema(value_type = Option<GivenEntityRefs>)]
    pub entities: Option<EntityRefs>,
}

impl Input for ArticleInput {
    const REQUIRED: &'static [&'static str] = &["language", "headline"];
    const READ_ONLY: &'static [&'static str] =
        &["id", "direction", "body_html", "body_text", "word_count", "version", "created_at", "updated_at"];

    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.external_id.is_some() && self.source.is_none() {
            faults.push(FieldError::new("/source", "required", "goes with external_id"));
        }
        let entities = self.entities.iter().flat_map(|entities| &entities.0);
        let given = entities.filter(|entity| entity.origin != Some(LinkOrigin::Gazetteer)).count();
        if given > MAX_ENTITIES {
            let detail = format!("must have at most {MAX_ENTITIES} items, and has {given}");
            faults.push(FieldError::new("/entities", "too_many", detail));
        }
        let language = self.language.as_ref();
        for (index, tag) in self.tags.iter().flat_map(|tags| &tags.0).enumerate() {
            let pointer = || format!("/tags/{index}/name");
            faults.extend(contradiction(pointer, tag.names.as_ref(), tag.name.as_ref(), language));
        }
        for (index, entity) in self.entities.iter().flat_map(|entities| &entities.0).enumerate() {
            let pointer = || format!("/entities/{index}/name");
            faults.extend(contradiction(pointer, entity.names.as_ref(), entity.name.as_ref(), language));
        }
    }
}

/// The fault of a name that is another one than the names have in the language of the article.
fn contradiction<const MAX: usize>(
    pointer: impl FnOnce() -> String,
    names: Option<&Localized<1, MAX>>,
    name: Option<&Text<1, MAX>>,
    language: Option<&LanguageTag>,
) -> Option<FieldError> {
    let (name, language) = (name?, language?);
    let other = names?.iter().find_map(|(tag, name)| (tag == language.as_str()).then_some(name))?;
    (other != &**name).then(|| {
        let detail =
            format!("is not what names has for {language}, the article's language: leave one of them out");
        FieldError::new(pointer(), "contradiction", detail)
    })
}

impl ArticleInput {
    /// What it says by itself.
    pub fn content(&self) -> ApiResult<ArticleContent> {
        let text = self.body.as_deref().unwrap_or_default();
        let body_format = self.body_format.unwrap_or(BodyFormat::Text);
        let too_intricate = |fault| ApiError::invalid_field("/body", "too_intricate", fault);
        let body = body::without_comments(text, body_format.into()).map_err(too_intricate)?;
        let rendered = body::render(&body, body_format.into()).map_err(too_intricate)?;
        Ok(ArticleContent {
            language: required("language", self.language.as_ref().map(LanguageTag::as_str))?,
            headline: required("headline", self.headline.as_deref())?,
            kicker: self.kicker.as_deref().map(str::to_owned),
            alternative_headline: self.alternative_headline.as_deref().map(str::to_owned),
            standfirst: self.standfirst.as_deref().map(str::to_owned),
            body_format,
            byline: self.byline.as_deref().map(str::to_owned),
            source: self.source.as_deref().map(str::to_owned),
            external_id: self.external_id.as_deref().map(str::to_owned),
            canonical_url: self.canonical_url.as_deref().map(str::to_owned),
            image: self
                .image
                .as_ref()
                .map(|image| StoredJson::of(&image.0))
                .transpose()
                .map_err(ApiError::internal)?,
            metadata: StoredJson::of(&self.metadata.clone().unwrap_or_default())
                .map_err(ApiError::internal)?,
            body: body.into_owned(),
            word_count: i32::try_from(body::word_count(&rendered.text)).unwrap_or(i32::MAX),
            body_html: rendered.html,
            body_text: rendered.text,
        })
    }
}

/// A member that was there when the input was read.
fn required(name: &str, value: Option<&str>) -> ApiResult<String> {
    let missing = || ApiError::invalid_field(format!("/{name}"), "required", "is required");
    value.map(str::to_owned).ok_or_else(missing)
}

impl From<BodyFormat> for body::BodyFormat {
    fn from(format: BodyFormat) -> Self {
        match format {
            BodyFormat::Text => body::BodyFormat::Text,
            BodyFormat::Markdown => body::BodyFormat::Markdown,
            BodyFormat::Html => body::BodyFormat::Html,
        }
    }
}

type ImageObject = Object<Image>;
/// The tags of an article.
pub type TagRefs = BoundedList<TagRef, 200>;
/// The entities of an article: what an editor may give, and as many again that the annotator has linked, for what was read.
pub type EntityRefs = BoundedList<EntityRef, { 2 * MAX_ENTITIES }>;
type GivenEntityRefs = BoundedList<EntityRef, MAX_ENTITIES>;

const MAX_ENTITIES: usize = 500;

/// A tag in an article: its id or slug as a string, or an object that may also
/// say how to make it where it is not there yet.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TagRef {
    pub key: Option<Key>,
    pub kind: Option<TagKind>,
    pub name: Option<Text<1, 200>>,
    pub names: Option<TagNames>,
}

/// A tag by its id or slug, or else by its kind and what it is called, and what it is made of where it is not there yet.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"slug": "books", "kind": "topic", "names": {"ar": "كتب", "en": "Books"}})))]
pub struct TagObject {
    #[serde(rename = "id")]
    id: Option<uuid::Uuid>,
    slug: Option<Slug>,
    kind: Option<TagKind>,
    /// The name in the article's language. Beside `names` it is to be the same as theirs.
    name: Option<Text<1, 200>>,
    /// Without an id or a slug, the tag of that kind is meant that has most of them, in the same languages first; case,
    /// vowel signs and white space make no difference.
    names: Option<TagNames>,
}

/// An entity in an article: its id or slug as a string, or an object that says
/// what it is to the article, and how to make it where it is not there yet.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EntityRef {
    pub key: Option<Key>,
    pub kind: Option<EntityType>,
    pub name: Option<Text<1, 300>>,
    pub names: Option<EntityNames>,
    pub relation: Option<Relation>,
    pub salience: Option<Salience>,
    pub origin: Option<LinkOrigin>,
}

/// An entity by its id or slug, or else by its type and what it is called, what it is to the article, and what it is
/// made of where it is not there yet.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"slug": "khartoum", "type": "place", "name": "الخرطوم", "relation": "about", "salience": 0.9})))]
pub struct EntityObject {
    #[serde(rename = "id")]
    id: Option<uuid::Uuid>,
    slug: Option<Slug>,
    #[serde(rename = "type")]
    kind: Option<EntityType>,
    /// The name in the article's language. Beside `names` it is to be the same as theirs.
    name: Option<Text<1, 300>>,
    /// Without an id or a slug, the entity of that type is meant that has most of them, in the same languages first, or
    /// else has one as an alias that no other has; case, vowel signs and white space make no difference.
    names: Option<EntityNames>,
    /// `mentions`, unless said otherwise.
    relation: Option<Relation>,
    /// How much of the article is about it, 0 to 1.
    salience: Option<Salience>,
    /// As it was read: what the annotator has linked is left to it, so that an article can be sent
    /// back as it was read.
    origin: Option<LinkOrigin>,
}

fn key_of(id: Option<uuid::Uuid>, slug: Option<Slug>) -> Option<Key> {
    id.map(Key::Id).or_else(|| slug.map(|slug| Key::Slug(slug.into_string())))
}

impl From<TagObject> for TagRef {
    fn from(tag: TagObject) -> Self {
        Self { key: key_of(tag.id, tag.slug), kind: tag.kind, name: tag.name, names: tag.names }
    }
}

impl From<EntityObject> for EntityRef {
    fn from(entity: EntityObject) -> Self {
        Self {
            key: key_of(entity.id, entity.slug),
            kind: entity.kind,
            name: entity.name,
            names: entity.names,
            relation: entity.relation,
            salience: entity.salience,
            origin: entity.origin,
        }
    }
}

impl From<Key> for TagRef {
    fn from(key: Key) -> Self {
        Self { key: Some(key), ..Self::default() }
    }
}

impl From<Key> for EntityRef {
    fn from(key: Key) -> Self {
        Self { key: Some(key), ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for TagRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        key_or_object::<Self, TagObject, D>(deserializer)
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        key_or_object::<Self, EntityObject, D>(deserializer)
    }
}

/// Reads a string as a key and an object as an `O`; unlike an untagged enum, it
/// says which member of the object is wrong.
fn key_or_object<'de, T, O, D>(deserializer: D) -> Result<T, D::Error>
where
    T: From<Key> + From<O>,
    O: DeserializeOwned,
    D: Deserializer<'de>,
{
    struct KeyOrObject<T, O>(PhantomData<(T, O)>);

    impl<'de, T: From<Key> + From<O>, O: DeserializeOwned> Visitor<'de> for KeyOrObject<T, O> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id or a slug, or an object")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            Key::deserialize(text.into_deserializer()).map(T::from)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            O::deserialize(MapAccessDeserializer::new(map)).map(T::from)
        }
    }
    deserializer.deserialize_any(KeyOrObject::<T, O>(PhantomData))
}

macro_rules! key_or_object_schema {
    ($name:ident, $object:ident) => {
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object = utoipa::openapi::Ref::from_schema_name(stringify!($object));
                OneOfBuilder::new().item(Key::schema()).item(object).into()
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((stringify!($object).to_owned(), $object::schema()));
                $object::schemas(schemas);
            }
        }
    };
}
key_or_object_schema!(TagRef, TagObject);
key_or_object_schema!(EntityRef, EntityObject);

/// A patch of an article: the members to change (RFC 7396).
pub struct ArticlePatch;

impl PartialSchema for ArticlePatch {
    fn schema() -> RefOr<Schema> {
        patch_schema::<ArticleInput>(
            json!({"headline": "افتتاح معرض الخرطوم الدولي للكتاب", "status": "published"}),
        )
    }
}

impl ToSchema for ArticlePatch {}
