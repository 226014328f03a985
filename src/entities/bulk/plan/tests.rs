use serde_json::{Value, json};

use super::*;
use crate::bulk::Line;
use maqal_text::lines::RawLine;

fn entities(lines: &[Value]) -> Vec<Numbered<LineEntity>> {
    let line = |(number, value): (u64, &Value)| {
        let mut value = value.clone();
        value["type"] = json!("place");
        value["names"] = json!({"ar": "كسلا", "en": "Kassala"});
        let raw = RawLine { number, text: Some(value.to_string().into_bytes()) };
        (number, Line::read(raw, 1000).item.expect("an entity"))
    };
    (1..).zip(lines).map(line).collect()
}

fn current(slug: &str, wikidata_id: Option<&str>, external_id: Option<&str>) -> Current {
    Current {
        id: clock::new_id(),
        slug: slug.to_owned(),
        wikidata_id: wikidata_id.map(str::to_owned),
        source: external_id.map(|_| "s".to_owned()),
        external_id: external_id.map(str::to_owned),
        version: 3,
    }
}

/// The slug that each line replaces, of those that do not fail, and the lines that fail.
fn planned(lines: &[Value], current: &[Current]) -> (Vec<Option<String>>, Vec<u64>) {
    let entities = entities(lines);
    let plan = Plan::new(&entities, current, &[], &[]);
    assert_eq!(plan.lines, lines.len());
    let rows = plan.rows.iter().map(|row| row.current.map(|it| it.slug.clone())).collect();
    (rows, plan.failed.iter().map(|outcome| outcome.line).collect())
}

#[test]
fn a_line_replaces_what_bears_any_of_its_names() {
    let stored = [current("a", Some("Q1"), None), current("b", None, Some("1")), current("c", None, None)];
    let lines = [
        json!({"wikidata_id": "Q1"}),
        json!({"source": "s", "external_id": "1", "slug": "new"}),
        json!({"wikidata_id": "Q3", "slug": "c"}),
        json!({"wikidata_id": "Q4", "slug": "d"}),
    ];
    let some = |slug: &str| Some(slug.to_owned());
    assert_eq!(planned(&lines, &stored), (vec![some("a"), some("b"), some("c"), None], vec![]));
}

#[test]
fn a_line_whose_names_are_those_of_several_is_refused() {
    let stored = [current("a", Some("Q1"), None), current("b", None, Some("1"))];
    for line in [
        json!({"wikidata_id": "Q1", "slug": "b"}),
        json!({"wikidata_id": "Q1", "source": "s", "external_id": "1"}),
        // What has the slug is another thing.
        json!({"wikidata_id": "Q2", "slug": "a"}),
        json!({"source": "s", "external_id": "2", "slug": "b"}),
    ] {
        assert_eq!(planned(std::slice::from_ref(&line), &stored), (vec![], vec![1]), "{line}");
    }
}

#[test]
fn a_line_that_depends_on_an_earlier_one_is_left_for_the_next_transaction() {
    let stored = [current("a", Some("Q1"), None)];
    for lines in [
        [json!({"slug": "x"}), json!({"slug": "x"})],
        [json!({"slug": "a"}), json!({"wikidata_id": "Q1"})],
        // The slug that is given up, the one that is taken, and the id that comes with it.
        [json!({"wikidata_id": "Q1", "slug": "c"}), json!({"slug": "a"})],
        [json!({"wikidata_id": "Q1", "slug": "c"}), json!({"slug": "c"})],
        [json!({"slug": "a", "wikidata_id": "Q1"}), json!({"wikidata_id": "Q1", "slug": "z"})],
    ] {
        assert_eq!(Plan::new(&entities(&lines), &stored, &[], &[]).lines, 1, "{lines:?}");
    }
}

#[test]
fn what_was_merged_is_not_made_again() {
    let merged = [Merged {
        slug: "gone".to_owned(),
        wikidata_id: Some("Q9".to_owned()),
        source: None,
        external_id: None,
        into: "a".to_owned(),
    }];
    let stored = [current("a", Some("Q1"), None)];
    let lines = entities(&[
        json!({"slug": "gone"}),
        json!({"wikidata_id": "Q9"}),
        json!({"wikidata_id": "Q1", "slug": "gone"}),
        json!({"slug": "a"}),
    ]);
    let plan = Plan::new(&lines, &stored, &merged, &[]);
    let failed: Vec<u64> = plan.failed.iter().map(|outcome| outcome.line).collect();
    assert_eq!((failed, plan.rows.len()), (vec![1, 2, 3], 1));
    let detail = &plan.failed[0].result.as_ref().expect_err("a conflict").detail;
    assert_eq!(detail, "it is gone, which was merged into a: leave the line out, or split them");
}
