//! Entities looked up by a name: in any script and spelling, those first whose name it is.

use std::collections::HashMap;

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    model::Entity,
    queries::{self, EntityFilter},
};
use crate::{
    error::ApiResult,
    http::{
        page::{Count, Page, PageRequest, SortKey},
        params::invalid_parameter,
    },
    labels::{LabelKind, queries as labels},
    text::{
        analysis::{Token, tokens},
        query::{Match, Query},
    },
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

/// One page of the entities that have the name, or a name with its words.
pub fn list(
    connection: &mut PgConnection,
    filter: &EntityFilter,
    name: &str,
    page: &PageRequest,
    count: Count,
) -> ApiResult<Page<Entity>> {
    let query = Query::parse(name, None).map_err(|fault| invalid_parameter("name", "too_long", fault))?;
    let found = match query.to_tsquery(Match::Stem, &[]) {
        None => Vec::new(),
        Some(tsquery) => labels::complete(connection, LabelKind::Entity, tsquery, COMPARED)?,
    };
    let wanted = queries::of_these(connection, filter, found.iter().map(|label| label.id).collect())?;
    let asked: Vec<Token> = tokens(name, None).collect();
    let scored = found.iter().filter(|label| wanted.contains(&label.id)).map(|label| {
        let fits = label
            .names
            .0
            .iter()
            .map(|(language, name)| fit(&asked, &tokens(name, language.as_deref()).collect::<Vec<_>>()));
        let fit = fits.max().unwrap_or(Fit::Words);
        (fit as i64 * FIT + label.article_count.min(FIT - 1), label.id)
    });
    let scored: Vec<(i64, Uuid)> = scored.collect();
    let total = scored.len() as i64;
    let scored = page.of_scored(scored)?;
    let mut entities: HashMap<Uuid, Entity> =
        queries::load(connection, &scored.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    let rows = scored.iter().filter_map(|(score, id)| Some((*score, entities.remove(id)?))).collect();
    let found = page.finish(rows, |(score, entity): &(i64, Entity)| (SortKey::Number(*score), entity.id));
    let rows = found.rows.into_iter().map(|(_, entity)| entity).collect();
    let total = (count != Count::None).then_some(total);
    Ok(Page { rows, info: found.info }.with_total(count, total))
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
