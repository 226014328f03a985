//! Many articles at once. The key of a line is its source and external id, or else its slug.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    input::ArticleInput,
    plan::{self, Plan},
    prepared::PreparedArticle,
    queries::known,
    write::{self, Written},
};
use crate::{
    annotator::matcher::{Matcher, SharedMatcher},
    bulk::{Batch, Item, Numbered, Outcome, line},
    error::{ApiError, ApiResult},
};

impl Item for PreparedArticle {
    type Context = SharedMatcher;
    type Tools = Arc<Matcher>;

    fn read(text: &[u8]) -> ApiResult<Self> {
        let input: ArticleInput = line::parse(text)?;
        let key = match (&input.external_id, &input.slug) {
            (None, None) => Err(ApiError::invalid_field(
                "",
                "required",
                "needs source and external_id, or a slug: without, each import would make it anew",
            )),
            _ => Ok(()),
        };
        let (article, ()) = ApiError::both(Self::of(input), key)?;
        Ok(article)
    }

    fn renew(connection: &mut PgConnection, matcher: &SharedMatcher) -> ApiResult<()> {
        Ok(matcher.renew(connection)?)
    }

    fn tools(matcher: &SharedMatcher) -> Arc<Matcher> {
        matcher.get()
    }

    fn prepare(&mut self, matcher: &Arc<Matcher>) {
        self.spot_names(matcher);
    }

    fn awaiting(articles: &[Numbered<Self>]) -> HashMap<u64, String> {
        plan::awaiting(articles)
    }

    fn write(
        connection: &mut PgConnection,
        matcher: &Arc<Matcher>,
        articles: &[Numbered<Self>],
        now: DateTime<Utc>,
    ) -> ApiResult<Batch> {
        let lines = articles.iter().map(|(_, article)| article.as_ref());
        let external = lines.clone().filter_map(Self::external_key).collect();
        let slugs: Vec<&str> = lines.filter_map(|article| article.slug.as_deref()).collect();
        let current = known::look_up(connection, &external, &slugs)?;
        let deleted = known::look_up_deleted(connection, &external, &slugs)?;
        let plan = Plan::of_lines(articles, &current, &deleted, now);
        let Written { rows, failed, lines } = write::write(connection, matcher, plan, now)?;
        let mut outcomes = failed;
        for (row, updated) in rows {
            let current = row.current.map(|it| it.version);
            outcomes.push(Outcome::written(row.line, row.id, row.placement.slug, current, updated));
        }
        Ok(Batch { lines, outcomes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::Line;
    use maqal_text::lines::RawLine;

    fn read(text: &str) -> Line<PreparedArticle> {
        Line::read(RawLine { number: 7, text: Some(text.as_bytes().to_vec()) }, 10)
    }

    #[test]
    fn a_line_says_what_is_wrong_with_it() {
        let detail = |text| read(text).item.expect_err("a fault").detail;
        assert!(detail("{").starts_with("the line is not JSON: "), "{}", detail("{"));
        assert!(detail("{").ends_with(" at byte 1"), "{}", detail("{"));
        assert_eq!(detail("{}"), "2 faults, each in errors");
        assert!(detail(r#"{"language": "ar", "headline": "h"}"#).starts_with("needs source and external_id"));
        let too_long = Line::<PreparedArticle>::read(RawLine { number: 7, text: None }, 10);
        assert_eq!(too_long.item.expect_err("a fault").detail, "the line must have at most 10 bytes");
    }

    #[test]
    fn a_line_has_a_slug_or_an_external_id() {
        let line = read(r#"{"language": "ar", "headline": "h", "slug": "كتاب"}"#);
        let article = line.item.expect("an article");
        assert_eq!((article.slug.as_deref(), article.external_key()), (Some("كتاب"), None));
        let line = read(r#"{"language": "ar", "headline": "h", "source": "s", "external_id": "1"}"#);
        assert_eq!(line.item.expect("an article").external_key(), Some(("s", "1")));
    }
}
