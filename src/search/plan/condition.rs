//! What planning has to know of the conditions of a list.

use crate::articles::model::ArticleSort;

/// Of what an article may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    Tags,
    Entities,
}

impl LinkKind {
    pub(super) fn index(self) -> &'static str {
        match self {
            Self::Tags => "article_tags_tag_id",
            Self::Entities => "article_entities_entity_id",
        }
    }
}

/// A condition that articles have to meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The name of its parameter.
    pub name: &'static str,
    pub kind: Kind,
    /// Of how many values any will do.
    pub values: usize,
    /// An index of the articles that has those of one value in the order of their dates, or finds the few there are.
    pub index: Option<&'static str>,
}

/// What a condition means to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The article is published, or may be something else as well: nearly all are.
    Published { alone: bool },
    /// It is not published: few are.
    Unpublished,
    /// It has a value in a column; `is_usual` where many ask for it, so that statements with it are kept.
    Column { is_usual: bool },
    /// It has a tag, or speaks of an entity; or of any that is below.
    Link(LinkKind),
    /// It has any of several.
    AnyLink,
    /// It has a key that few have.
    Key,
    /// It is of some time; of the one by which lists are in order, or of another.
    Dates { of_publication: bool },
    /// Each article is looked at for it.
    Other,
}

impl Condition {
    pub(super) fn is_answered_by(&self, index: Option<&'static str>, order: ArticleSort) -> bool {
        match self.kind {
            Kind::Dates { of_publication } => {
                of_publication && is_by_date(order) && index.is_some_and(|index| index.ends_with("sort_date"))
            }
            _ => self.index.is_some() && self.index == index,
        }
    }
}

fn is_by_date(sort: ArticleSort) -> bool {
    matches!(sort, ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending)
}

/// Whether all are published.
pub(super) fn is_published(conditions: &[Condition]) -> bool {
    conditions.iter().any(|condition| condition.kind == Kind::Published { alone: true })
}

/// Whether a list has all published articles.
pub(super) fn is_all_published(conditions: &[Condition]) -> bool {
    is_published(conditions) && conditions.len() == 1
}

/// Whether a list has the published articles of one tag or entity, and asks for nothing else.
pub(super) fn only_links(conditions: &[Condition]) -> Option<LinkKind> {
    match conditions.iter().filter(|it| !matches!(it.kind, Kind::Published { .. })).collect::<Vec<_>>()[..] {
        [Condition { kind: Kind::Link(kind), .. }] if is_published(conditions) => Some(*kind),
        _ => None,
    }
}

/// Whether a list is one of few forms: what all readers see, or that of one language or source.
pub(super) fn is_common(conditions: &[Condition]) -> bool {
    let is_usual = |condition: &Condition| {
        matches!(condition.kind, Kind::Published { .. } | Kind::Unpublished | Kind::Column { is_usual: true })
    };
    let columns = conditions.iter().filter(|it| matches!(it.kind, Kind::Column { .. }));
    conditions.iter().all(is_usual) && columns.map(|column| column.values).sum::<usize>() <= 1
}

/// Whether a list without a search is an ordered scan of one index: of one condition by date, or of none. Of any two
/// together few articles may be both, and all that are one have to be looked at.
pub fn is_ordered_scan(conditions: &[Condition], sort: ArticleSort) -> bool {
    let selecting = |condition: &Condition| match condition.kind {
        Kind::Published { .. } | Kind::Key | Kind::Dates { .. } | Kind::Other => 0,
        Kind::Unpublished | Kind::Column { .. } | Kind::Link(_) | Kind::AnyLink => condition.values,
    };
    let is_in_order = |condition: &Condition| match condition.kind {
        Kind::Dates { of_publication } => of_publication && is_by_date(sort),
        kind => kind != Kind::Other,
    };
    let is_of_few = conditions.iter().any(|condition| condition.kind == Kind::Key);
    let selected = conditions.iter().map(selecting).sum::<usize>();
    is_of_few || conditions.iter().all(is_in_order) && (selected == 0 || selected == 1 && is_by_date(sort))
}

/// The index of the articles that a list is read by, where there is no doubt.
pub(super) fn index(conditions: &[Condition], sort: ArticleSort) -> Option<&'static str> {
    if let Some(key) = conditions.iter().find(|condition| condition.kind == Kind::Key) {
        return key.index;
    }
    if !is_ordered_scan(conditions, sort) {
        return None;
    }
    let is_selecting =
        |condition: &&Condition| !matches!(condition.kind, Kind::Published { .. } | Kind::Dates { .. });
    match conditions.iter().find(is_selecting) {
        Some(condition) => condition.index,
        None => Some(match sort {
            ArticleSort::UpdatedAt | ArticleSort::UpdatedAtDescending => "articles_updated_at",
            ArticleSort::Headline => "articles_headline",
            _ => "articles_sort_date",
        }),
    }
}

/// What a page of a list costs, and so who has to wait for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// What it shows is all that is looked at.
    Shown,
    /// It is searched for: that takes as long as whoever asks has chosen, within its time.
    Searched,
    /// More is looked at than it shows.
    Counted,
}

/// What a page costs, as far as is known before anything is looked up.
pub fn cost(conditions: &[Condition], sort: ArticleSort, is_search: bool, is_counted: bool) -> Cost {
    match (is_counted, is_search) {
        (true, _) => Cost::Counted,
        (false, true) => Cost::Searched,
        (false, false) if is_ordered_scan(conditions, sort) => Cost::Shown,
        (false, false) => Cost::Counted,
    }
}
