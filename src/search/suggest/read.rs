//! What it takes to suggest: what fits is looked for as it is typed, and with a slip where that
//! finds too little.

use diesel::PgConnection;
use uuid::Uuid;

use super::body::{Suggestion, SuggestionType, Suggestions};
use crate::{
    error::ApiResult,
    search::{
        frequencies::KnownFrequencies,
        plan::strategy_of_beginnings,
        queries::{complete as articles, complete::CompletedArticle},
    },
    taxonomy::{LabelKind, queries as labels, queries::Completed},
    values::{Timestamp, nearest},
};
use maqal_text::completion::{Completion, Fit};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub completion: Completion,
    pub types: Vec<SuggestionType>,
    pub language: Option<String>,
    /// At most so many of each type.
    pub limit: u32,
}

/// With a slip much is found that does not fit.
const LOOKED_AT: u32 = 3;

impl Asked {
    /// Those that fit: as they are typed before those with a slip; tags and entities by their use,
    /// then articles, the newest first.
    pub fn read(
        &self,
        connection: &mut PgConnection,
        frequencies: &KnownFrequencies,
    ) -> ApiResult<Suggestions> {
        let mut data = Vec::new();
        for kind in &self.types {
            let mut found = self.find(connection, *kind, Fit::Exact, self.limit, frequencies)?;
            if found.len() < self.limit as usize {
                let known: Vec<Uuid> = found.iter().map(|suggestion| suggestion.id).collect();
                let near = self.find(connection, *kind, Fit::Slip, LOOKED_AT * self.limit, frequencies)?;
                found.extend(near.into_iter().filter(|suggestion| !known.contains(&suggestion.id)));
                found.truncate(self.limit as usize);
            }
            data.append(&mut found);
        }
        // What is equal stays in its order: articles are not counted, and come last.
        data.sort_by_key(|suggestion| (suggestion.is_corrected, -suggestion.article_count.unwrap_or(-1)));
        Ok(Suggestions { data })
    }

    /// Those of a type, out of so many that the index finds.
    fn find(
        &self,
        connection: &mut PgConnection,
        kind: SuggestionType,
        fit: Fit,
        at_most: u32,
        frequencies: &KnownFrequencies,
    ) -> ApiResult<Vec<Suggestion>> {
        let Some(tsquery) = self.completion.to_tsquery(fit) else { return Ok(Vec::new()) };
        let label = match kind {
            SuggestionType::Tag => LabelKind::Tag,
            SuggestionType::Entity => LabelKind::Entity,
            SuggestionType::Article => {
                let language = self.language.as_deref();
                let beginnings = self.completion.beginnings(fit);
                let frequencies = frequencies.get(connection)?;
                let strategy = strategy_of_beginnings(at_most, &beginnings, &frequencies);
                let found = articles::complete(connection, tsquery, strategy, language, at_most)?;
                return Ok(found.into_iter().filter_map(|found| self.article(found)).collect());
            }
        };
        let found = labels::complete(connection, label, tsquery, at_most)?;
        Ok(found.into_iter().filter_map(|found| self.label(kind, found)).collect())
    }

    /// A label by the name that fits best, of those the one in the nearest language.
    fn label(&self, kind: SuggestionType, label: Completed) -> Option<Suggestion> {
        let names = &label.names.0;
        let fits = names.iter().filter_map(|(language, name)| {
            Some((self.completion.fit(name, language.as_deref())?, language.as_deref(), name.as_str()))
        });
        let fits: Vec<_> = fits.collect();
        let best = fits.iter().map(|(fit, ..)| *fit).min()?;
        let fitting = fits.iter().filter(|(fit, ..)| *fit == best);
        let fitting = fitting.map(|(_, language, name)| (language.unwrap_or_default(), *name));
        let wanted = self.language.as_deref();
        let matched = nearest(fitting, wanted.unwrap_or_default())?;
        let language =
            fits.iter().find(|(_, _, name)| *name == matched).and_then(|(_, language, _)| *language);
        let all =
            names.iter().map(|(language, name)| (language.as_deref().unwrap_or_default(), name.as_str()));
        let name = wanted.and_then(|wanted| nearest(all, wanted)).unwrap_or(matched);
        Some(Suggestion {
            kind,
            id: label.id,
            slug: label.slug,
            name: name.to_owned(),
            matched: matched.to_owned(),
            language: language.map(str::to_owned),
            is_corrected: best == Fit::Slip,
            tag_kind: (kind == SuggestionType::Tag).then(|| label.sort.parse().ok()).flatten(),
            entity_type: (kind == SuggestionType::Entity).then(|| label.sort.parse().ok()).flatten(),
            article_count: Some(label.article_count),
            published_at: None,
        })
    }

    fn article(&self, article: CompletedArticle) -> Option<Suggestion> {
        let fit = self.completion.fit(&article.headline, Some(&article.language))?;
        Some(Suggestion {
            kind: SuggestionType::Article,
            id: article.id,
            slug: article.slug,
            matched: article.headline.clone(),
            name: article.headline,
            language: Some(article.language),
            is_corrected: fit == Fit::Slip,
            tag_kind: None,
            entity_type: None,
            article_count: None,
            published_at: article.published_at.map(Timestamp),
        })
    }
}
