//! What follows from the list of an article's columns, which is in [`super::model`]: the row as it is read, the content
//! as it is written (inserted, copied or updated by one statement for many), the comparison of both, and the columns as
//! clients write them. So a new column is one line there, and none is forgotten anywhere.

/// Declares, from the columns that a client fills, whatever reads or writes all of them. The columns that the service
/// fills (those of the body, which it renders, and those of [`super::model::Placement`]) are the same for ever.
macro_rules! article_columns {
    ($($name:ident: $type:ty),+ $(,)?) => {
        /// A stored article, but for its bodies, which most readers do not ask for.
        #[derive(Debug, Clone, Queryable, Selectable)]
        #[diesel(table_name = articles)]
        pub struct Article {
            pub id: Uuid,
            pub slug: String,
            pub status: ArticleStatus,
            pub published_at: Option<DateTime<Utc>>,
            pub translation_of: Option<Uuid>,
            $(pub $name: $type,)+
            pub word_count: i32,
            pub version: i64,
            pub created_at: DateTime<Utc>,
            pub updated_at: DateTime<Utc>,
            pub sort_date: DateTime<Utc>,
        }

        /// What an article says by itself, whatever is stored already.
        #[derive(Debug, Clone)]
        pub struct ArticleContent {
            $(pub $name: $type,)+
            pub body: String,
            pub body_html: String,
            pub body_text: String,
            pub word_count: i32,
        }

        /// All that is written of an article.
        #[derive(Debug, Clone, Insertable)]
        // With a value for each column the statement is always the same, and stays prepared.
        #[diesel(table_name = articles, treat_none_as_default_value = false)]
        pub struct ArticleRow<'a> {
            pub id: Uuid,
            slug: &'a str,
            status: ArticleStatus,
            published_at: Option<DateTime<Utc>>,
            translation_of: Option<Uuid>,
            $($name: &'a $type,)+
            body: &'a str,
            body_html: &'a str,
            body_text: &'a str,
            word_count: i32,
        }

        impl<'a> ArticleRow<'a> {
            /// The row of the article with that id.
            pub fn new(id: Uuid, placement: &'a Placement, content: &'a ArticleContent) -> Self {
                Self {
                    id,
                    slug: &placement.slug,
                    status: placement.status,
                    published_at: placement.published_at,
                    translation_of: placement.translation_of,
                    $($name: &content.$name,)+
                    body: &content.body,
                    body_html: &content.body_html,
                    body_text: &content.body_text,
                    word_count: content.word_count,
                }
            }

            /// Whether this is what is stored already.
            pub fn is_stored(&self, article: &Article, bodies: &Bodies) -> bool {
                self.slug == article.slug
                    && self.status == article.status
                    && self.published_at == article.published_at
                    && self.translation_of == article.translation_of
                    $(&& *self.$name == article.$name)+
                    && self.word_count == article.word_count
                    && Some(self.body) == bodies.body.as_deref()
                    && Some(self.body_html) == bodies.body_html.as_deref()
                    && Some(self.body_text) == bodies.body_text.as_deref()
            }
        }

        /// The rows of several articles, column by column: one array is one parameter, however many rows there are.
        #[derive(Debug)]
        pub struct ArticleRows<'a> {
            id: Vec<Uuid>,
            slug: Vec<&'a str>,
            status: Vec<ArticleStatus>,
            published_at: Vec<Option<DateTime<Utc>>>,
            translation_of: Vec<Option<Uuid>>,
            $($name: Vec<&'a $type>,)+
            body: Vec<&'a str>,
            body_html: Vec<&'a str>,
            body_text: Vec<&'a str>,
            word_count: Vec<i32>,
        }

        impl<'a> ArticleRows<'a> {
            /// The columns, but for the id.
            pub const COLUMNS: &'static [&'static str] = &[
                "slug", "status", "published_at", "translation_of", $(stringify!($name),)+
                "body", "body_html", "body_text", "word_count",
            ];

            /// Takes the rows apart.
            pub fn of(rows: &[ArticleRow<'a>]) -> Self {
                Self {
                    id: rows.iter().map(|row| row.id).collect(),
                    slug: rows.iter().map(|row| row.slug).collect(),
                    status: rows.iter().map(|row| row.status).collect(),
                    published_at: rows.iter().map(|row| row.published_at).collect(),
                    translation_of: rows.iter().map(|row| row.translation_of).collect(),
                    $($name: rows.iter().map(|row| row.$name).collect(),)+
                    body: rows.iter().map(|row| row.body).collect(),
                    body_html: rows.iter().map(|row| row.body_html).collect(),
                    body_text: rows.iter().map(|row| row.body_text).collect(),
                    word_count: rows.iter().map(|row| row.word_count).collect(),
                }
            }

            /// Adds the arrays to a statement, between commas: that of the ids, and then the [`Self::COLUMNS`].
            pub fn bind<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_bind_param::<Array<SqlTypeOf<articles::id>>, _>(&self.id)?;
                article_columns!(@bind self, out, slug, status, published_at, translation_of);
                article_columns!(@bind self, out, $($name),+);
                article_columns!(@bind self, out, body, body_html, body_text, word_count);
                Ok(())
            }
        }

        /// What a client fills of an article, as it would write it; what the article has not is left out.
        #[derive(Debug, Serialize)]
        pub struct GivenColumns<'a> {
            $(#[serde(skip_serializing_if = "is_absent")] $name: &'a $type,)+
        }

        impl Article {
            /// What a client fills of it, but for the body.
            pub fn given(&self) -> GivenColumns<'_> {
                GivenColumns { $($name: &self.$name,)+ }
            }
        }
    };
    (@bind $self:ident, $out:ident, $($name:ident),+) => {
        $(
            $out.push_sql(", ");
            $out.push_bind_param::<Array<SqlTypeOf<articles::$name>>, _>(&$self.$name)?;
        )+
    };
}
pub(super) use article_columns;
