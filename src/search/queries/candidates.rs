//! The articles that a list may have, and how they are found the soonest.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    filter::{self, ArticleFilter, Found},
    frequencies::{Frequencies, Way},
    linked::{Linked, only_links},
    matches::{self, Indexed, Walked},
    places::{Places, Stretched},
    stretch::Stretch,
};
use crate::{
    articles::{model::ArticleStatus, queries::embed::Matching},
    db::{estimate::estimate_rows, keyset::Limited},
    error::ApiResult,
    page::Count,
    schema::articles,
    search::{asked::FoundLabels, vocabulary::Vocabulary},
};

/// The articles that a list may have: its filter, looked up.
pub struct Candidates<'a> {
    pub(super) filter: &'a ArticleFilter,
    found: Found,
    labels: FoundLabels,
    frequencies: Arc<Frequencies>,
}

/// The articles of a stretch of a list by date.
pub struct Dated<'a> {
    pub(super) places: Places<'a>,
    /// Whether there are few queries of this form.
    pub is_common: bool,
}

impl<'a> Candidates<'a> {
    /// Looks up what the filter names.
    pub fn find(
        connection: &mut PgConnection,
        filter: &'a ArticleFilter,
        sees_unpublished: bool,
        vocabulary: &Vocabulary,
    ) -> ApiResult<Self> {
        let found = filter.look_up(connection, sees_unpublished, vocabulary)?;
        let (labels, frequencies) = match &filter.search {
            None => Default::default(),
            Some(search) => {
                let labels = search.find_labels(connection, &vocabulary.labels)?;
                (labels, vocabulary.frequencies.get(connection)?)
            }
        };
        Ok(Self { filter, found, labels, frequencies })
    }

    /// Those that match, in the way that finds so many of them the soonest.
    pub(super) fn matching(&self, wanted: u32) -> Matching<'a> {
        self.matching_by(self.way(wanted))
    }

    /// How to find so many of them. Without a search they are walked.
    fn way(&self, wanted: u32) -> Way {
        let search = self.filter.search.as_ref();
        search.map_or(Way::Walk, |search| search.way(wanted, &self.labels, &self.frequencies))
    }

    /// How many match at most, as far as is known.
    pub fn at_most(&self) -> f64 {
        let search = self.filter.search.as_ref();
        search.map_or(f64::INFINITY, |search| search.at_most(&self.labels, &self.frequencies))
    }

    fn matching_by(&self, way: Way) -> Matching<'a> {
        let matching = filter::matching(self.filter, &self.found);
        match &self.filter.search {
            None => matching,
            Some(search) => matches::filter(matching, search.asked(&self.labels).tsquery, way),
        }
    }

    /// Those that match, in the way that is the soonest for a stretch of their list by date; none
    /// that is on the stretch is missing.
    pub fn dated(&self, stretch: Stretch) -> Dated<'a> {
        let Self { filter, found, .. } = self;
        let way = self.way(stretch.limit);
        let asked = filter.search.as_ref().map(|search| search.asked(&self.labels));
        let links = only_links(filter, found);
        let is_common = links.is_some() || filter.is_common();
        let places = match (asked, links, way) {
            (asked, Some(links), Way::Walk) => {
                let matching = asked.map(|asked| asked.tsquery);
                Places::Found(Stretched::Linked(Linked::new(links, matching, stretch)))
            }
            (Some(asked), None, Way::Walk) if filter::is_all_published(filter, found) => {
                Places::Found(Stretched::Walked(Walked::new(asked.tsquery, stretch)))
            }
            (Some(asked), _, Way::Index) if filter.status == [ArticleStatus::Published] => {
                let is_all = filter::is_all_published(filter, found);
                let others = (!is_all).then(|| filter::matching(filter, found));
                Places::Found(Stretched::Indexed(Indexed::new(asked, others, stretch)))
            }
            _ => Places::Chosen(self.matching_by(way)),
        };
        Dated { places, is_common }
    }

    /// The tags and entities that the search stands for.
    pub fn into_labels(self) -> FoundLabels {
        self.labels
    }

    /// The number of all that match.
    pub fn total(&self, connection: &mut PgConnection, count: Count) -> QueryResult<Option<i64>> {
        let all = self.matching_by(Way::Set);
        match count {
            Count::None => Ok(None),
            // Of as many forms as there are filters.
            Count::Exact => Limited::already(all.count(), false).get_result(connection).map(Some),
            Count::Estimated => estimate_rows(connection, "articles", all.select(articles::id)).map(Some),
        }
    }
}
