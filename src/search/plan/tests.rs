use super::*;
use crate::{
    articles::model::{
        ArticleSort::{Headline, PublishedAt, PublishedAtDescending as Newest, UpdatedAt},
        ArticleStatus::{Archived, Draft, Published},
        Feature,
    },
    search::queries::{ArticleFilter, DateField, LinkFilter, Within},
    values::{Key, Moment},
};

/// What readers see, but for one thing.
fn published(change: impl FnOnce(&mut ArticleFilter)) -> ArticleFilter {
    let mut filter = ArticleFilter { status: vec![Published], ..ArticleFilter::default() };
    change(&mut filter);
    filter
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn all_of(keys: &[&str]) -> LinkFilter {
    LinkFilter { all: keys.iter().map(|key| Key::parse(key)).collect(), ..LinkFilter::default() }
}

fn any_of(keys: &[&str]) -> LinkFilter {
    LinkFilter { any: all_of(keys).all, ..LinkFilter::default() }
}

fn moment() -> Option<Moment> {
    Some(serde_json::from_str("\"2026-03-01\"").expect("a day"))
}

/// Of 200,000 articles half have `common`, and twenty `rare`. Words in quotes have to follow one another.
fn planner(filter: &ArticleFilter, q: &str) -> Planner {
    let parts = [("common", 0.5), ("often", 0.15), ("frequent", 0.15), ("rare", 0.0001)];
    let parts = parts.map(|(word, part)| (word.to_owned(), part));
    let phrases = usize::from(q.starts_with('"'));
    let words = q.trim_matches('"').split_whitespace();
    let terms = Terms {
        is_empty: q == "\"\"",
        required: words.map(|word| vec![word.to_owned()]).collect(),
        phrases,
        is_rechecked: phrases > 0,
    };
    let terms = (!q.is_empty()).then_some(terms);
    Planner::new(filter.conditions(), terms, Arc::new(Frequencies::new(parts, 200_000.0)))
}

#[track_caller]
fn assert_plans(cases: &[(ArticleFilter, &str, ArticleSort, &str)]) {
    for (filter, q, sort, plan) in cases {
        assert_eq!(planner(filter, q).page(*sort, 20).to_string(), *plan, "{filter:?}, q={q}");
    }
}

#[test]
fn a_list_without_a_search_is_an_ordered_scan_where_an_index_has_it() {
    let all = || published(|_| ());
    assert_plans(&[
        (
            all(),
            "",
            Newest,
            "articles: articles_sort_date by PublishedAtDescending, 21 at most, prepared; recheck: status",
        ),
        (
            all(),
            "",
            UpdatedAt,
            "articles: articles_updated_at by UpdatedAt, 21 at most, prepared; recheck: status",
        ),
        (
            all(),
            "",
            Headline,
            "articles: articles_headline by Headline, 21 at most, prepared; recheck: status",
        ),
        (
            published(|it| it.language = texts(&["ar"])),
            "",
            PublishedAt,
            "articles: articles_language_sort_date by PublishedAt, 21 at most, prepared; index: language; recheck: status",
        ),
        (
            published(|it| it.byline = texts(&["somebody"])),
            "",
            Newest,
            "articles: articles_byline_sort_date by PublishedAtDescending, 21 at most; index: byline; recheck: status",
        ),
        (
            published(|it| (it.from, it.to) = (moment(), moment())),
            "",
            Newest,
            "articles: articles_sort_date by PublishedAtDescending, 21 at most; index: from to; recheck: status",
        ),
        (
            published(|it| it.status = vec![Draft]),
            "",
            Newest,
            "articles: articles_unpublished_sort_date by PublishedAtDescending, 21 at most, prepared; index: status",
        ),
        (
            published(|it| it.translation_of = Some(Key::parse("a"))),
            "",
            Newest,
            "articles: articles_translation_of by PublishedAtDescending, 21 at most; index: translation_of; recheck: status",
        ),
    ]);
}

#[test]
fn which_index_serves_two_conditions_best_is_left_to_postgresql() {
    let any_index = |filter: ArticleFilter, recheck: &str| {
        let plan = format!("articles: any index by PublishedAtDescending, 21 at most; recheck: {recheck}");
        assert_eq!(planner(&filter, "").page(Newest, 20).to_string(), plan);
    };
    any_index(published(|it| it.language = texts(&["ar", "en"])), "status language");
    any_index(
        published(|it| (it.language, it.source) = (texts(&["ar"]), texts(&["s"]))),
        "status language source",
    );
    any_index(published(|it| it.has = vec![Feature::Image]), "status has");
    any_index(published(|it| it.tags = any_of(&["a", "b"])), "status tags_any");
    any_index(
        published(|it| (it.tags, it.entities) = (all_of(&["a"]), all_of(&["b"]))),
        "status tags entities",
    );
    any_index(published(|it| it.tags = all_of(&["a", "b"])), "status tags");
    any_index(
        published(|it| (it.from, it.date_field) = (moment(), Some(DateField::CreatedAt))),
        "status from",
    );
}

#[test]
fn published_articles_of_one_tag_or_entity_are_an_ordered_scan_of_its_links() {
    let tag = |change: fn(&mut ArticleFilter)| {
        published(|it| {
            it.tags = all_of(&["a"]);
            change(it);
        })
    };
    let within = published(|it| it.within = Some(Within::Entity(Key::parse("a"))));
    assert_plans(&[
        (
            tag(|_| ()),
            "",
            Newest,
            "ordered scan: article_tags_tag_id by PublishedAtDescending, 21 at most, prepared; index: status tags",
        ),
        (
            within,
            "common",
            PublishedAt,
            "ordered scan: article_entities_entity_id by PublishedAt, 21 at most, prepared; index: status entities; recheck: q",
        ),
        (
            tag(|_| ()),
            "rare",
            Newest,
            "all matches, sorted: article_search_vector by PublishedAtDescending, 21 at most, prepared; index: status q; recheck: tags",
        ),
        // The links of what is not published have no dates.
        (
            tag(|it| it.status = vec![Draft, Archived]),
            "",
            Newest,
            "articles: any index by PublishedAtDescending, 21 at most; recheck: status tags",
        ),
    ]);
}

#[test]
fn a_search_is_found_in_the_way_that_statistics_make_the_cheapest() {
    let all = || published(|_| ());
    assert_plans(&[
        (
            all(),
            "common",
            Newest,
            "ordered scan: article_search_published_at by PublishedAtDescending, 21 at most, prepared; index: status; recheck: q",
        ),
        (
            all(),
            "rare common",
            Newest,
            "all matches, sorted: article_search_vector by PublishedAtDescending, 21 at most, prepared; index: status q",
        ),
        // Words that have to stand side by side are met later; the index knows no places of words.
        (
            all(),
            "\"often frequent\"",
            Newest,
            "all matches, sorted: article_search_vector by PublishedAtDescending, 21 at most, prepared; index: status q; recheck: q",
        ),
        (
            published(|it| it.source = texts(&["s"])),
            "common",
            Newest,
            "articles, each looked at: articles_source_sort_date by PublishedAtDescending, 21 at most, prepared; index: source; recheck: status q",
        ),
        (
            published(|it| it.status = vec![Draft, Published]),
            "rare",
            Newest,
            "articles, all matches: article_search_vector by PublishedAtDescending, 21 at most, prepared; index: q; recheck: status",
        ),
        (
            all(),
            "common",
            Headline,
            "articles, each looked at: articles_headline by Headline, 21 at most; recheck: status q",
        ),
        // Nothing is asked for.
        (
            all(),
            "\"\"",
            Newest,
            "all matches, sorted: article_search_vector by PublishedAtDescending, 21 at most, prepared; index: status q; recheck: q",
        ),
    ]);
}

#[test]
fn the_more_common_the_words_and_the_more_they_are_the_fewer_articles_are_ranked() {
    let all = published(|_| ());
    let ranked = |q, lexemes| {
        let planner = planner(&all, q);
        let plan = planner.ranked(planner.to_rank(), lexemes);
        (plan.limit, plan.is_prepared)
    };
    assert_eq!(ranked("rare", 3), (1000, true));
    assert_eq!(ranked("rare", 200), (250, false));
    assert_eq!(ranked("common", 3), (200, true));
    assert_eq!(ranked("common", 100), (128, false));
    // A cursor that was tampered with gets no more.
    assert_eq!(planner(&all, "rare").ranked(u32::MAX, 0).limit, 1000);
    assert_eq!(planner(&all, "rare").ranked(0, 1).limit, 200);
}

#[test]
fn facets_are_counted_of_the_newest_and_rare_limits_are_planned_each_time() {
    let all = published(|_| ());
    let plan = planner(&all, "rare").facets().to_string();
    let expected =
        "all matches, sorted: article_search_vector by PublishedAtDescending, 10001 at most; index: status q";
    assert_eq!(plan, expected);
    assert!(planner(&all, "").page(Newest, 20).is_prepared);
    assert!(!planner(&all, "").page(Newest, 19).is_prepared);
}

#[test]
fn matches_are_as_many_as_the_rarest_word_has_at_most() {
    let matches = |q| planner(&published(|_| ()), q).matches_at_most();
    assert_eq!(matches("common"), Some(100_000.0));
    assert_eq!(matches("common rare"), Some(20.0));
    assert_eq!(matches(""), None);
}

#[test]
fn what_a_page_costs_is_known_before_anything_is_looked_up() {
    let of = |filter: &ArticleFilter, sort, is_search, is_counted| {
        cost(&filter.conditions(), sort, is_search, is_counted)
    };
    let all = published(|_| ());
    let tag = published(|it| it.tags = all_of(&["a"]));
    assert_eq!(of(&all, Headline, false, false), Cost::Shown);
    assert_eq!(of(&tag, Newest, false, false), Cost::Shown);
    assert_eq!(of(&tag, Headline, false, false), Cost::Counted);
    assert_eq!(of(&all, Newest, true, false), Cost::Searched);
    assert_eq!(of(&all, Newest, true, true), Cost::Counted);
    assert_eq!(of(&all, Newest, false, true), Cost::Counted);
}
