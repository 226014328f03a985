//! Keyset pages: a cursor holds the sort key and the id of the row at the edge
//! of a page, so that any page costs what the first one costs.

use std::cmp::Reverse;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use sha2::{Digest, Sha256};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};
use uuid::Uuid;

use crate::{
    error::{ApiResult, invalid_parameter},
    values::text_enum,
};

/// How many items a page has at most: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub u32);

impl Limit {
    const MAX: u32 = 100;
}

impl Default for Limit {
    fn default() -> Self {
        Limit(20)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(limit) if (1..=Limit::MAX).contains(&limit) => Ok(Limit(limit)),
            _ => Err(D::Error::custom("out_of_range|must be a whole number from 1 to 100")),
        }
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(Limit::MAX))
            .default(Some(serde_json::json!(Limit::default().0)))
            .into()
    }
}

impl ToSchema for Limit {}

text_enum! {
    /// How the number of all matches is found.
    pub enum Count {
        /// Not at all: `total` is null.
        None = "none",
        /// By counting up to 10,000; of more, from those on a part of the database's pages.
        Estimated = "estimated",
        /// By counting, which takes longer the more there are.
        Exact = "exact",
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "the macro derives the same for all words, and most have no default"
)]
impl Default for Count {
    fn default() -> Self {
        Self::None
    }
}

/// A cursor as a parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct CursorText(pub String);

impl PartialSchema for CursorText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]+$"))
            .min_length(Some(1))
            .max_length(Some(4000))
            .into()
    }
}

impl ToSchema for CursorText {}

/// The value that a list is sorted by, of one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SortKey {
    #[serde(rename = "t")]
    Time(DateTime<Utc>),
    #[serde(rename = "s")]
    Text(String),
    #[serde(rename = "n")]
    Number(i64),
    /// A score, and what it was reckoned by.
    #[serde(rename = "r")]
    Score(i64, Ranking),
}

/// What scores are reckoned by besides the rows themselves: the pages that follow one another are ranked alike, also
/// where it would be otherwise by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// From which day on rows are old.
    pub day: NaiveDate,
    /// How many rows are ranked at most.
    pub ranked: u32,
}

impl SortKey {
    /// Whether PostgreSQL can compare it with what is stored: a cursor may have been tampered with.
    fn is_comparable(&self) -> bool {
        match self {
            SortKey::Time(instant) => (1..=9999).contains(&instant.year()),
            SortKey::Text(text) => !text.contains('\0'),
            SortKey::Number(_) | SortKey::Score(..) => true,
        }
    }
}

/// The place of one row in a sorted list.
pub type Position = (SortKey, Uuid);

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRequest {
    pub limit: u32,
    /// Towards the start of the list.
    pub backward: bool,
    /// Beyond this row; without one, from the start, or backward from the end.
    pub beyond: Option<Position>,
    is_first: bool,
    query: String,
}

/// A cursor as it travels.
#[derive(Serialize, Deserialize)]
struct CursorParts(String, bool, Option<Position>);

impl PageRequest {
    /// The page that `cursor` leads to, of the list that `query` describes
    /// (whatever decides which rows there are and in what order). A cursor of
    /// another list, or a broken one, is refused.
    pub fn new(limit: Limit, cursor: Option<&CursorText>, query: &impl Serialize) -> ApiResult<Self> {
        let query = fingerprint(query);
        let limit = limit.0;
        let Some(cursor) = cursor else {
            return Ok(Self { limit, backward: false, beyond: None, is_first: true, query });
        };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&cursor.0).unwrap_or_default();
        let is_possible = |CursorParts(_, _, beyond): &CursorParts| {
            beyond.as_ref().is_none_or(|(key, _)| key.is_comparable())
        };
        let parts = serde_json::from_slice(&bytes).ok().filter(is_possible);
        let Some(CursorParts(of, backward, beyond)) = parts else {
            return Err(invalid_parameter(
                "cursor",
                "invalid_cursor",
                "is no cursor of this service: take next_cursor or prev_cursor from a page",
            ));
        };
        if of != query {
            return Err(invalid_parameter(
                "cursor",
                "foreign_cursor",
                "belongs to a list with other filters or another order: begin that list without a cursor",
            ));
        }
        Ok(Self { limit, backward, beyond, is_first: false, query })
    }

    /// The problem of a cursor whose key is not of the sort's type.
    pub fn broken_cursor() -> crate::error::ApiError {
        invalid_parameter("cursor", "invalid_cursor", "is no cursor of this service")
    }

    fn cursor(&self, backward: bool, beyond: Option<Position>) -> String {
        let parts = CursorParts(self.query.clone(), backward, beyond);
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&parts).unwrap_or_default())
    }

    /// By what the page before this one was ranked.
    pub fn ranking(&self) -> Option<Ranking> {
        match &self.beyond {
            Some((SortKey::Score(_, ranking), _)) => Some(*ranking),
            _ => None,
        }
    }

    /// The places of the page and one more, out of those of the whole list, each a score and an id;
    /// the greatest are first in the list. In the order in which a query would read them.
    pub fn of_scored(&self, mut scored: Vec<(i64, Uuid)>) -> ApiResult<Vec<(i64, Uuid)>> {
        let beyond = match &self.beyond {
            None => None,
            Some((SortKey::Number(score) | SortKey::Score(score, _), id)) => Some((*score, *id)),
            Some(_) => return Err(Self::broken_cursor()),
        };
        match self.backward {
            false => {
                scored.sort_unstable_by_key(|place| Reverse(*place));
                scored.retain(|place| beyond.is_none_or(|beyond| *place < beyond));
            }
            true => {
                scored.sort_unstable();
                scored.retain(|place| beyond.is_none_or(|beyond| *place > beyond));
            }
        }
        scored.truncate(self.limit as usize + 1);
        Ok(scored)
    }

    /// Makes a page of the rows that a query for `limit + 1` rows gave, in the
    /// order in which it read them.
    pub fn finish<T>(&self, rows: Vec<T>, position: impl Fn(&T) -> Position) -> Page<T> {
        self.finish_early(rows, self.limit as usize, position)
    }

    /// The same, with no more than so many of the rows.
    pub fn finish_early<T>(
        &self,
        mut rows: Vec<T>,
        at_most: usize,
        position: impl Fn(&T) -> Position,
    ) -> Page<T> {
        let at_most = at_most.min(self.limit as usize);
        let has_more = rows.len() > at_most;
        rows.truncate(at_most);
        if self.backward {
            rows.reverse();
        }
        let first = rows.first().map(&position);
        let last = rows.last().map(&position);
        let is_last = self.backward && self.beyond.is_none();
        // Where a page came out empty, the way back starts from the list's end.
        let next = if self.backward { !is_last } else { has_more };
        let prev = if self.backward { has_more } else { !self.is_first };
        Page {
            info: PageInfo {
                limit: self.limit,
                next_cursor: next.then(|| self.cursor(false, last)),
                prev_cursor: prev.then(|| self.cursor(true, first)),
                total: None,
                total_kind: Count::None,
            },
            rows,
        }
    }
}

fn fingerprint(query: &impl Serialize) -> String {
    let json = serde_json::to_vec(query).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&json)[..9])
}

/// Some rows of a list, and where the rest is.
#[derive(Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub info: PageInfo,
}

impl<T> Page<T> {
    /// The page, with the number of all matches; none where `count` asks for none.
    pub fn with_total(mut self, count: Count, total: Option<i64>) -> Self {
        self.info.total = total;
        self.info.total_kind = count;
        self
    }
}

/// Where the page is in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageInfo {
    /// How many items the page has at most.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: u32,
    /// `cursor` for the next page; null on the last one.
    #[schema(required, value_type = Option<CursorText>)]
    pub next_cursor: Option<String>,
    /// `cursor` for the previous page; null on the first one.
    #[schema(required, value_type = Option<CursorText>)]
    pub prev_cursor: Option<String>,
    /// The number of all matches; null unless `count` asks for it.
    #[schema(required, minimum = 0)]
    pub total: Option<i64>,
    /// How `total` was found.
    pub total_kind: Count,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position(n: &u32) -> Position {
        (SortKey::Number(i64::from(*n)), Uuid::from_u128(u128::from(*n)))
    }

    /// What the database would answer, for a list of the numbers below `size`.
    fn fetch(size: u32, page: &PageRequest) -> Vec<u32> {
        let beyond = page.beyond.as_ref().map(|(key, _)| match key {
            SortKey::Number(n) => u32::try_from(*n).expect("below the size"),
            other => panic!("{other:?} is no number"),
        });
        let wanted = page.limit as usize + 1;
        match (page.backward, beyond) {
            (false, None) => (0..size).take(wanted).collect(),
            (false, Some(n)) => (n + 1..size).take(wanted).collect(),
            (true, None) => (0..size).rev().take(wanted).collect(),
            (true, Some(n)) => (0..n.min(size)).rev().take(wanted).collect(),
        }
    }

    fn walk(size: u32, limit: u32) -> Vec<Page<u32>> {
        let mut cursor: Option<CursorText> = None;
        let mut pages = Vec::new();
        // Each has one row at least, and the last may be empty.
        for _ in 0..=size {
            let request = PageRequest::new(Limit(limit), cursor.as_ref(), &"q").expect("cursor");
            let page = request.finish(fetch(size, &request), position);
            cursor = page.info.next_cursor.clone().map(CursorText);
            pages.push(page);
            if cursor.is_none() {
                return pages;
            }
        }
        panic!("the walk does not end")
    }

    proptest! {
        #[test]
        fn walking_forward_and_back_gives_each_row_once(size in 0u32..60, limit in 1u32..20) {
            let pages = walk(size, limit);
            let forward: Vec<u32> = pages.iter().flat_map(|page| page.rows.clone()).collect();
            prop_assert_eq!(&forward, &(0..size).collect::<Vec<_>>());
            let mut back = Vec::new();
            let mut page = pages.into_iter().next_back().expect("a page");
            for way_back in 0.. {
                prop_assert!(way_back <= size, "the walk does not end");
                back.splice(0..0, page.rows.clone());
                let Some(cursor) = page.info.prev_cursor else { break };
                let request = PageRequest::new(Limit(limit), Some(&CursorText(cursor)), &"q").expect("cursor");
                page = request.finish(fetch(size, &request), position);
            }
            prop_assert_eq!(back, forward);
        }

        #[test]
        fn no_text_breaks_the_reader_of_cursors(text in ".*") {
            let _ = PageRequest::new(Limit(1), Some(&CursorText(text)), &"q");
        }
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let request = PageRequest::new(Limit(1), None, &"one").expect("first page");
        let page = request.finish(vec![1, 2], position);
        let cursor = page.info.next_cursor.expect("more");
        let error = PageRequest::new(Limit(1), Some(&CursorText(cursor)), &"two").expect_err("foreign");
        assert_eq!(error.errors[0].code, "foreign_cursor");
    }
}
