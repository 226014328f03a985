//! What becomes of each article of a batch, which may be of one: which article it makes or replaces, under which slug,
//! as a translation of which. Pure: the database has been asked before.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    links::NamedLinks,
    model::{Current, Links, Placement, Publication, Stored},
    prepared::PreparedArticle,
    slug::WantedSlug,
};
use crate::{
    bulk::{
        Numbered, Outcome,
        free_slugs::{self, MayBeMade},
    },
    clock,
    db::{constraints, former::Deleted, resources::Resource},
    error::{ApiError, FieldError, Problem},
    values::Key,
};

/// An article to be written.
pub struct Row<'a> {
    /// The number of its line, which tells it from the others of the batch.
    pub line: u64,
    pub article: &'a PreparedArticle,
    pub id: Uuid,
    /// The article that it replaces.
    pub current: Option<&'a Current>,
    /// All of that article, where it was read already.
    pub stored: Option<Stored>,
    /// The slug is empty until one is made, where it is to be.
    pub placement: Placement,
    pub is_slug_made: bool,
    /// What it is linked to, once that is found.
    pub links: Links,
}

/// What the slug of an article is made of.
fn base(article: &PreparedArticle) -> String {
    free_slugs::base(&article.content.headline, Resource::Article)
}

impl<'a> Row<'a> {
    /// That of an article which is published so, and replaces the current one, if there is one.
    pub fn new(article: &'a PreparedArticle, current: Option<&'a Current>, is: Publication) -> Self {
        let id = current.map_or_else(clock::new_id, |it| it.id);
        let given = article.slug.as_deref();
        let wanted = match current {
            None => WantedSlug::of_new(given, id, is.status),
            Some(it) => WantedSlug::of_known(given, &it.slug, it.publication, is),
        };
        Self {
            line: 0,
            article,
            id,
            current,
            stored: None,
            placement: Placement {
                slug: wanted.this().unwrap_or_default().to_owned(),
                status: is.status,
                published_at: is.published_at,
                translation_of: None,
            },
            is_slug_made: wanted == WantedSlug::Made,
            links: Links::default(),
        }
    }

    /// Whether and since when it is to be published.
    pub fn publication(&self) -> Publication {
        let Placement { status, published_at, .. } = self.placement;
        Publication { status, published_at }
    }
}

/// What a batch does.
pub struct Plan<'a> {
    /// How many lines it deals with, from the first on: one that depends on
    /// what an earlier one has written begins another transaction.
    pub lines: usize,
    pub rows: Vec<Row<'a>>,
    pub failed: Vec<Outcome>,
}

/// What a line can be found by.
#[derive(PartialEq, Eq, Hash)]
enum Name<'a> {
    External(&'a str, &'a str),
    Slug(&'a str),
}

impl PreparedArticle {
    /// What the line can be found by.
    fn names(&self) -> impl Iterator<Item = Name<'_>> {
        let external = self.external_key().map(|(source, id)| Name::External(source, id));
        external.into_iter().chain(self.slug.as_deref().map(Name::Slug))
    }
}

/// The lines that translate an article which another one may make, each with its slug, where one of those comes later: by a
/// slug that is given, or one that is made, which nobody knows before. Where a later line says something else of the
/// translation as well, that counts, and this one is written at its place or not at all.
pub fn awaiting(articles: &[Numbered<PreparedArticle>]) -> HashMap<u64, String> {
    let mut may_be_made = MayBeMade::default();
    let unnamed = articles.iter().filter(|(_, article)| article.slug.is_none());
    unnamed.for_each(|(_, article)| may_be_made.add(&base(article)));
    let given: HashSet<&str> = articles.iter().filter_map(|(_, article)| article.slug.as_deref()).collect();
    let mut later: HashSet<Name<'_>> = HashSet::new();
    let mut awaiting = HashMap::new();
    let mut is_one_later = false;
    for (line, article) in articles.iter().rev() {
        if let Some(slug) = article.translation_of.as_ref().and_then(Key::slug)
            && article.slug.as_deref() != Some(slug)
            && (given.contains(slug) || may_be_made.has(slug))
            && !article.names().any(|name| later.contains(&name))
        {
            is_one_later |= later.contains(&Name::Slug(slug)) || may_be_made.has(slug);
            awaiting.insert(*line, slug.to_owned());
        }
        later.extend(article.names());
    }
    // Where all originals come first, none waits.
    if is_one_later { awaiting } else { HashMap::new() }
}

impl<'a> Plan<'a> {
    /// That of one article.
    pub fn of_one(row: Row<'a>) -> Self {
        Self { lines: 1, rows: vec![row], failed: Vec::new() }
    }

    /// `current` has every article that has a key or a slug of these lines, `deleted` every one that had it.
    pub fn of_lines(
        articles: &'a [Numbered<PreparedArticle>],
        current: &'a [Current],
        deleted: &'a [Deleted],
        now: DateTime<Utc>,
    ) -> Self {
        let by_external: HashMap<_, _> =
            current.iter().filter_map(|it| Some((it.external_key()?, it))).collect();
        let former = current.iter().filter_map(|it| Some((it.former_slug.as_deref()?, it)));
        let by_slug: HashMap<_, _> = former.chain(current.iter().map(|it| (it.slug.as_str(), it))).collect();
        let external_of_deleted = deleted.iter().filter_map(|it| {
            let (source, id) = it.external_key()?;
            Some((Name::External(source, id), it))
        });
        let slugs_of_deleted = deleted.iter().map(|it| (Name::Slug(&it.slug), it));
        let deleted: HashMap<Name<'_>, &Deleted> = external_of_deleted.chain(slugs_of_deleted).collect();
        // What the rows so far have taken or given up, and replaced.
        let mut names: HashSet<Name<'a>> = HashSet::new();
        let mut replaced: HashSet<Uuid> = HashSet::new();
        let mut may_be_made = MayBeMade::default();
        let mut plan =
            Self { lines: articles.len(), rows: Vec::with_capacity(articles.len()), failed: Vec::new() };
        for (position, (line, article)) in articles.iter().enumerate() {
            let external = article.external_key();
            let slug = article.slug.as_deref();
            let (in_source, in_paths) =
                (external.map(|(source, id)| Name::External(source, id)), slug.map(Name::Slug));
            let is_named = |name: &Option<Name<'_>>| name.as_ref().is_some_and(|name| names.contains(name));
            let holder = slug.and_then(|slug| by_slug.get(slug).copied());
            let current = match external {
                Some(key) => by_external.get(&key).copied(),
                None => holder,
            };
            if is_named(&in_source)
                || is_named(&in_paths)
                || slug.is_some_and(|slug| may_be_made.has(slug))
                || current.is_some_and(|it| replaced.contains(&it.id))
            {
                plan.lines = position;
                break;
            }
            // By the key that the line is found by, no other: the slug of what was deleted is free.
            let key = in_source.as_ref().or(in_paths.as_ref());
            if let (None, Some(it)) = (current, key.and_then(|key| deleted.get(key))) {
                plan.fail(*line, it.explain(Resource::Article));
                continue;
            }
            if holder.is_some_and(|holder| current.is_none_or(|it| it.id != holder.id)) {
                plan.fail(*line, constraints::violated("articles_slug_key"));
                continue;
            }
            names.extend(in_source.into_iter().chain(in_paths));
            if let Some(it) = current {
                replaced.insert(it.id);
                names.insert(Name::Slug(&it.slug));
                names.extend(it.external_key().map(|(source, id)| Name::External(source, id)));
            }
            let publication = article.publication(current.map(|it| it.publication), now);
            let row = Row { line: *line, ..Row::new(article, current, publication) };
            if row.is_slug_made {
                may_be_made.add(&base(article));
            }
            plan.rows.push(row);
        }
        plan
    }

    /// Leaves the rows from that one on to another plan, with all lines behind it.
    pub fn leave(&mut self, from: usize) {
        let Some(line) = self.rows.get(from).map(|row| row.line) else { return };
        self.rows.truncate(from);
        self.failed.retain(|outcome| outcome.line < line);
        self.lines = self.rows.len() + self.failed.len();
    }

    fn fail(&mut self, line: u64, error: ApiError) {
        self.failed.push(Outcome { line, result: Err(error) });
    }

    /// The slugs that the lines give themselves.
    pub fn given_slugs(&self) -> HashSet<String> {
        self.rows.iter().filter_map(|row| row.article.slug.clone()).collect()
    }

    /// What slugs are to be made of, for each row that needs one.
    pub fn bases(&self) -> Vec<String> {
        self.rows.iter().filter(|row| row.is_slug_made).map(|row| base(row.article)).collect()
    }

    /// Gives those rows their slugs.
    pub fn set_slugs(&mut self, slugs: Vec<String>) {
        let rows = self.rows.iter_mut().filter(|row| row.is_slug_made);
        rows.zip(slugs).for_each(|(row, slug)| row.placement.slug = slug);
    }

    /// The keys of the articles that these lines translate.
    pub fn original_keys(&self) -> Vec<Key> {
        let keys: HashSet<&Key> =
            self.rows.iter().filter_map(|row| row.article.translation_of.as_ref()).collect();
        keys.into_iter().cloned().collect()
    }

    /// What the articles name.
    pub fn named(&self) -> Vec<&'a NamedLinks> {
        self.rows.iter().map(|row| &row.article.links).collect()
    }

    /// Finds the originals of translations, among the lines before or those found in the database, and takes out the lines
    /// that have faults (`faults` are those of what an article names). False where there were any: the slug that such
    /// a line would have got is free then, so slugs are made anew, and translations of what may get it are judged then.
    /// Each time another line may fail for it; from the second time on the others are left to another plan.
    pub fn find_originals(
        &mut self,
        found: &HashMap<Key, Uuid>,
        faults: impl Fn(&NamedLinks) -> Vec<FieldError>,
        is_first_time: bool,
    ) -> bool {
        let mut is_done = true;
        let mut left = None;
        // The slugs of those that have failed, and those that others may get for it.
        let mut given_up = MayBeMade::default();
        let mut position = 0;
        // Without those that have failed: what translates them fails as well.
        let mut so_far: HashMap<String, Uuid> = HashMap::new();
        let failed = &mut self.failed;
        self.rows.retain_mut(|row| {
            if left.is_some() {
                return true;
            }
            let slug = row.placement.slug.as_str();
            let mut faults = faults(&row.article.links);
            let key = row.article.translation_of.as_ref();
            let may_change =
                faults.is_empty() && key.and_then(Key::slug).is_some_and(|key| given_up.has(key));
            if let Some(key) = key {
                let itself = (key.slug() == Some(slug)).then_some(row.id);
                let here = itself.or_else(|| so_far.get(key.slug()?).copied());
                row.placement.translation_of = here.or_else(|| found.get(key).copied());
                if row.placement.translation_of.is_none() {
                    let detail = format!("there is no article {key}");
                    faults.insert(0, FieldError::new("/translation_of", "unknown_article", detail));
                }
            }
            let error = if !faults.is_empty() {
                ApiError::invalid(Problem::InvalidBody, faults)
            } else if row.placement.translation_of == Some(row.id) {
                constraints::violated("articles_translation_of_check")
            } else {
                so_far.insert(row.placement.slug.clone(), row.id);
                position += 1;
                return true;
            };
            is_done = false;
            // Nothing is before the first one that could have another slug.
            if !is_first_time && position > 0 {
                left = Some(position);
                return true;
            }
            if may_change {
                position += 1;
                return true;
            }
            if row.is_slug_made {
                given_up.add(&base(row.article));
            }
            failed.push(Outcome { line: row.line, result: Err(error) });
            false
        });
        if let Some(from) = left {
            self.leave(from);
        }
        is_done
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::articles::model::ArticleStatus;
    use crate::bulk::Line;
    use maqal_text::lines::RawLine;

    fn articles(lines: &[Value]) -> Vec<Numbered<PreparedArticle>> {
        let line = |(number, value): (u64, &Value)| {
            let mut value = value.clone();
            value["language"] = json!("ar");
            value["headline"] = json!("عنوان");
            let raw = RawLine { number, text: Some(value.to_string().into_bytes()) };
            (number, Line::read(raw, 1000).item.expect("an article"))
        };
        (1..).zip(lines).map(line).collect()
    }

    fn current(slug: &str, key: Option<(&str, &str)>) -> Current {
        let publication = Publication { status: ArticleStatus::Draft, published_at: None };
        let (source, external_id) = key.map(|(source, id)| (source.to_owned(), id.to_owned())).unzip();
        Current {
            id: clock::new_id(),
            slug: slug.to_owned(),
            publication,
            source,
            external_id,
            version: 3,
            former_slug: None,
        }
    }

    /// How many lines of the first transaction, and the slug that each of its rows replaces.
    fn planned(lines: &[Value], current: &[Current]) -> (usize, Vec<Option<String>>) {
        let articles = articles(lines);
        let plan = Plan::of_lines(&articles, current, &[], DateTime::UNIX_EPOCH);
        (plan.lines, plan.rows.iter().map(|row| row.current.map(|it| it.slug.clone())).collect())
    }

    #[test]
    fn a_line_replaces_what_bears_its_key() {
        let stored = [current("a", Some(("s", "1"))), current("b", None)];
        let some = |slug: &str| Some(slug.to_owned());
        let external = |id: &str| json!({"source": "s", "external_id": id});
        let (lines, rows) = planned(&[json!({"slug": "b"}), external("2"), external("1")], &stored);
        assert_eq!((lines, rows), (3, vec![some("b"), None, some("a")]));
        let (lines, rows) = planned(&[json!({"slug": "a"})], &stored);
        assert_eq!((lines, rows), (1, vec![some("a")]));
    }

    #[test]
    fn a_line_that_depends_on_an_earlier_one_is_left_for_the_next_transaction() {
        let stored = [current("a", Some(("s", "1")))];
        let one = json!({"source": "s", "external_id": "1"});
        let moved = json!({"source": "s", "external_id": "1", "slug": "c"});
        let cases = [
            // The same key; the same article by its slug; the slug that is given up; the one that is taken.
            vec![one.clone(), one.clone()],
            vec![one.clone(), json!({"slug": "a"})],
            vec![moved.clone(), json!({"slug": "a"})],
            vec![moved, json!({"slug": "c"})],
            // The key that is given up.
            vec![json!({"slug": "a"}), one],
        ];
        for lines in cases {
            assert_eq!(planned(&lines, &stored).0, 1, "{lines:?}");
        }
    }

    #[test]
    fn the_slug_of_another_article_is_refused() {
        let stored = [current("a", None)];
        let lines =
            articles(&[json!({"source": "s", "external_id": "1", "slug": "a"}), json!({"slug": "b"})]);
        let plan = Plan::of_lines(&lines, &stored, &[], DateTime::UNIX_EPOCH);
        assert_eq!((plan.lines, plan.rows.len(), plan.failed.len()), (2, 1, 1));
        assert_eq!(plan.failed[0].result.as_ref().expect_err("a conflict").problem, Problem::Conflict);
    }

    #[test]
    fn translations_find_their_originals_in_the_batch_in_any_order() {
        let lines = articles(&[
            json!({"slug": "fr", "translation_of": "ar"}),
            json!({"slug": "ar"}),
            json!({"slug": "fa", "translation_of": "ar"}),
            json!({"slug": "de", "translation_of": "nowhere"}),
            json!({"slug": "en", "translation_of": "de"}),
        ]);
        let mut plan = Plan::of_lines(&lines, &[], &[], DateTime::UNIX_EPOCH);
        assert!(!plan.find_originals(&HashMap::new(), |_| Vec::new(), true));
        assert!(plan.find_originals(&HashMap::new(), |_| Vec::new(), true));
        assert_eq!(plan.rows[1].placement.translation_of, Some(plan.rows[0].id));
        // The last one for lack of the one before it; the first one can be written after the second.
        let failed: Vec<u64> = plan.failed.iter().map(|outcome| outcome.line).collect();
        assert_eq!(failed, [1, 4, 5]);
        let slugs = |lines| {
            let awaiting = awaiting(lines);
            (0..=5).map(|line| awaiting.get(&line).cloned().unwrap_or_default()).collect::<Vec<_>>()
        };
        assert_eq!(slugs(&lines), ["", "ar", "", "ar", "", "de"]);
        assert_eq!(slugs(&lines[1..]), [""; 6]);
    }

    #[test]
    fn a_line_waits_for_no_original_where_a_later_one_says_something_else_of_the_article() {
        let lines = [
            json!({"slug": "fr", "translation_of": "ar"}),
            json!({"slug": "de", "translation_of": "ar"}),
            json!({"slug": "fr"}),
            json!({"slug": "ar", "translation_of": "ar"}),
        ];
        assert_eq!(awaiting(&articles(&lines)), HashMap::from([(2, "ar".to_owned())]));
    }

    #[test]
    fn a_slug_that_an_earlier_line_may_get_is_left_for_the_next_transaction() {
        let made = |id: &str| json!({"source": "s", "external_id": id, "status": "published"});
        for (slug, lines) in [("عنوان", 2), ("عنوان-2", 2), ("عنوان-آخر", 3)] {
            assert_eq!(planned(&[made("1"), made("2"), json!({"slug": slug})], &[]).0, lines, "{slug}");
        }
    }

    #[test]
    fn a_plan_asks_for_what_its_lines_name_and_makes_no_slug_that_one_gives() {
        let lines = articles(&[
            json!({"slug": "a", "translation_of": "x"}),
            json!({"source": "s", "external_id": "1", "translation_of": "x"}),
            json!({"slug": "b", "translation_of": "y"}),
        ]);
        let plan = Plan::of_lines(&lines, &[], &[], DateTime::UNIX_EPOCH);
        assert_eq!(plan.given_slugs(), HashSet::from(["a".to_owned(), "b".to_owned()]));
        let mut keys: Vec<String> = plan.original_keys().iter().map(|key| key.to_string()).collect();
        keys.sort();
        assert_eq!(keys.len(), 2, "{keys:?}");
        assert!(keys[0].contains('x') && keys[1].contains('y'), "{keys:?}");
    }
}
