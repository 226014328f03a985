//! Entities looked up by a name: in any script and spelling, those first whose name it is.

use std::collections::HashMap;

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    model::Entity,
    queries::{self, EntityFilter},
};
use crate::{
    error::{ApiResult, invalid_parameter},
    page::{Count, Page, PageRequest, SortKey},
    taxonomy::{LabelKind, queries as labels, queries::Completed},
};
use maqal_text::{
    analysis::{Token, tokens},
    query::{Match, Query},
};

/// How many entities are compared: of those that have all the words, the most used.
const COMPARED: u32 = 1000;
/// By how much a better fit comes before more articles.
const FIT: i64 = 1 << 40;

/// How a name is like the one that was asked for, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It has its words, in some form.
    Words,
    /// It has the same words, but for particles and endings.
    Forms,
    /// It is the same but for accents, vowel signs, and letters that are written for one another.
    Folded,
    /// It is the same but for the case.
    Same,
}

fn fit(asked: &[Token], name: &[Token]) -> Fit {
    let all = |alike: fn(&Token, &Token) -> bool| {
        asked.len() == name.len() && asked.iter().zip(name).all(|(asked, name)| alike(asked, name))
    };
    if all(|asked, name| asked.exact == name.exact) {
        Fit::Same
    } else if all(|asked, name| asked.folded == name.folded) {
        Fit::Folded
    } else if all(is_form) {
        Fit::Forms
    } else {
        Fit::Words
    }
}

fn is_form(asked: &Token, name: &Token) -> bool {
    let forms = || std::iter::once(&asked.folded).chain(&asked.variants);
    forms().any(|form| *form == name.folded || name.variants.contains(form))
}

/// A lookup by a name.
#[derive(Debug)]
pub struct Lookup {
    pub filter: EntityFilter,
    pub name: String,
    pub page: PageRequest,
    pub count: Count,
}

/// The places of entities on one page, and how many entities there are in all.
pub struct Places {
    scored: Vec<(i64, Uuid)>,
    total: i64,
}

impl Lookup {
    /// The entities that have the name, or a name with its words.
    pub fn candidates(&self, connection: &mut PgConnection) -> ApiResult<Vec<Completed>> {
        let query =
            Query::parse(&self.name, None).map_err(|fault| invalid_parameter("name", "too_long", fault))?;
        let Some(tsquery) = query.to_tsquery(Match::Stem, &[]) else { return Ok(Vec::new()) };
        let mut found = labels::complete(connection, LabelKind::Entity, tsquery, COMPARED)?;
        let ids = found.iter().map(|label| label.id).collect();
        let wanted = queries::of_these(connection, &self.filter, ids)?;
        found.retain(|label| wanted.contains(&label.id));
        Ok(found)
    }

    /// Which of them are on the page, by how well their names fit.
    pub fn places(&self, found: &[Completed]) -> ApiResult<Places> {
        let asked: Vec<Token> = tokens(&self.name, None).collect();
        let scored = found.iter().map(|label| {
            let fits =
                label.names.0.iter().map(|(language, name)| {
                    fit(&asked, &tokens(name, language.as_deref()).collect::<Vec<_>>())
                });
            let fit = fits.max().unwrap_or(Fit::Words);
            (fit as i64 * FIT + label.article_count.min(FIT - 1), label.id)
        });
        Ok(Places { scored: self.page.of_scored(scored.collect())?, total: found.len() as i64 })
    }

    /// The page itself.
    pub fn page(&self, connection: &mut PgConnection, places: &Places) -> ApiResult<Page<Entity>> {
        let Places { scored, total } = places;
        let mut entities: HashMap<Uuid, Entity> =
            queries::load(connection, &scored.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
        let rows = scored.iter().filter_map(|(score, id)| Some((*score, entities.remove(id)?))).collect();
        let position = |(score, entity): &(i64, Entity)| (SortKey::Number(*score), entity.id);
        let Page { rows, info } = self.page.finish(rows, position);
        let rows = rows.into_iter().map(|(_, entity)| entity).collect();
        let total = (self.count != Count::None).then_some(*total);
        Ok(Page { rows, info }.with_total(self.count, total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(asked: &str, name: &str) -> Fit {
        let words = |text| tokens(text, None).collect::<Vec<_>>();
        fit(&words(asked), &words(name))
    }

    #[test]
    fn the_nearer_the_spelling_the_better_the_fit() {
        assert_eq!(of("khartoum", "Khartoum"), Fit::Same);
        assert_eq!(of("اسامه", "أسامة"), Fit::Folded);
        assert_eq!(of("خرطوم", "الخرطوم"), Fit::Forms);
        assert_eq!(of("الخرطوم", "خرطوم"), Fit::Forms);
        assert_eq!(of("خرطوم", "جامعة الخرطوم"), Fit::Words);
    }
}
