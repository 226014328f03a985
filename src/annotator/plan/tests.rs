use uuid::Uuid;

use crate::annotator::plan::*;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
/// Two entities.
const NILE: Uuid = Uuid::from_u128(1);
const CAIRO: Uuid = Uuid::from_u128(2);

fn texts(headline: &str, body: &str) -> Texts {
    Texts {
        id: Uuid::from_u128(9),
        language: "ar".to_owned(),
        headline: headline.to_owned(),
        standfirst: None,
        body_text: body.to_owned(),
    }
}

/// The place at which words stand in a text for the `nth` time, in code points.
fn place(text: &str, exact: &str, nth: usize) -> (u32, u32) {
    let (at, _) = text.match_indices(exact).nth(nth).expect("the words");
    let count = |text: &str| u32::try_from(text.chars().count()).expect("a short text");
    (count(&text[..at]), count(&text[..at]) + count(exact))
}

/// What the annotator finds of an entity in a field.
fn name(
    texts: &Texts,
    field: MentionField,
    (exact, nth): (&str, usize),
    entity: Uuid,
    confidence: f32,
) -> (Uuid, gazetteer::Mention) {
    let (start, end) = place(texts.of(field), exact, nth);
    let field = MentionField::ALL.iter().position(|known| *known == field).expect("a field");
    (entity, gazetteer::Mention { field, span: 0..0, start, end, entity: 0, confidence })
}

fn in_body(texts: &Texts, exact: &str, nth: usize, entity: Uuid) -> (Uuid, gazetteer::Mention) {
    name(texts, MentionField::Body, (exact, nth), entity, 0.9)
}

/// A mention that an editor has made in the body.
fn by_editor(texts: &Texts, exact: &str, nth: usize, entity: Uuid, status: MentionStatus) -> Mention {
    let (start, end) = place(&texts.body_text, exact, nth);
    let place = Anchor::of(&texts.body_text, start, end).expect("a place");
    Mention { status, ..made(texts.id, entity, MentionField::Body, &place, NOW) }
}

fn planned(texts: &Texts, stored: Vec<Mention>, found: Vec<(Uuid, gazetteer::Mention)>) -> Plan {
    Plan::new(texts, stored, found, NOW)
}

fn ids(entities: &[(Uuid, f64)]) -> Vec<Uuid> {
    entities.iter().map(|(id, _)| *id).collect()
}

#[test]
fn names_that_stand_there_are_new_mentions_with_their_places() {
    let texts = texts("فيضان النيل", "وصل النيل إلى القاهرة.");
    let plan = planned(
        &texts,
        vec![],
        vec![
            in_body(&texts, "القاهرة", 0, CAIRO),
            name(&texts, MentionField::Headline, ("النيل", 0), NILE, 0.9),
        ],
    );
    assert!(plan.gone.is_empty());
    let [cairo, nile] = &plan.changed[..] else { panic!("{plan:?}") };
    assert_eq!((cairo.article_id, cairo.entity_id, cairo.field), (texts.id, CAIRO, MentionField::Body));
    assert_eq!((cairo.start, cairo.end, cairo.exact.as_str()), (14, 21, "القاهرة"));
    assert_eq!((cairo.prefix.as_str(), cairo.suffix.as_str()), ("وصل النيل إلى ", "."));
    assert_eq!((cairo.origin, cairo.status), (MentionOrigin::Gazetteer, MentionStatus::Found));
    assert_eq!((nile.field, nile.start, nile.end), (MentionField::Headline, 6, 11));
    assert!(cairo.confidence == 0.9 && cairo.id != nile.id);
    assert!(nile.stands_in(&texts.headline) && cairo.stands_in(&texts.body_text));
    // Whoever is named in the headline is what it is about.
    assert_eq!(plan.entities, [(NILE, 0.45), (CAIRO, 0.18)]);
    assert_eq!(cairo.created_at, NOW);
}

#[test]
fn what_is_found_again_as_it_was_is_no_change() {
    let texts = texts("النيل", "النيل ثم النيل ثم القاهرة");
    let found = || {
        vec![
            in_body(&texts, "النيل", 0, NILE),
            in_body(&texts, "النيل", 1, NILE),
            in_body(&texts, "القاهرة", 0, CAIRO),
        ]
    };
    let first = planned(&texts, vec![], found());
    assert_eq!(first.changed.len(), 3);
    let again = planned(&texts, first.changed.clone(), found());
    assert!(again.changed.is_empty() && again.gone.is_empty(), "{again:?}");
    assert_eq!(again.entities, first.entities);
    // Nor is it one how sure the annotator is, as long as that decides nothing.
    let surer = found().into_iter().map(|(id, it)| (id, gazetteer::Mention { confidence: 0.95, ..it }));
    let again = planned(&texts, first.changed.clone(), surer.collect());
    assert!(again.changed.is_empty(), "{again:?}");
    let unsure = found().into_iter().map(|(id, it)| (id, gazetteer::Mention { confidence: 0.4, ..it }));
    let again = planned(&texts, first.changed, unsure.collect());
    assert!(again.changed.iter().all(|it| it.status == MentionStatus::Candidate && it.confidence == 0.4));
    assert_eq!((again.changed.len(), again.entities.len()), (3, 0));
}

#[test]
fn a_mention_that_moves_stays_the_same_and_one_whose_words_are_gone_goes() {
    let before = texts("خبر", "النيل والقاهرة. النيل");
    let first = planned(
        &before,
        vec![],
        vec![
            in_body(&before, "النيل", 0, NILE),
            in_body(&before, "القاهرة", 0, CAIRO),
            in_body(&before, "النيل", 1, NILE),
        ],
    );
    let [first_nile, cairo, second_nile] = &first.changed[..] else { panic!("{first:?}") };
    // The second one stays where it is, though the first one goes.
    let now = texts("خبر", "الزمن والوقت... النيل");
    assert_eq!(place(&now.body_text, "النيل", 0), place(&before.body_text, "النيل", 1));
    let plan = planned(&now, first.changed.clone(), vec![in_body(&now, "النيل", 0, NILE)]);
    let mut gone = vec![first_nile.id, cairo.id];
    gone.sort();
    assert_eq!(
        {
            let mut gone = plan.gone.clone();
            gone.sort();
            gone
        },
        gone
    );
    assert_eq!(plan.changed.iter().map(|it| it.id).collect::<Vec<_>>(), [second_nile.id]);
    assert_eq!(ids(&plan.entities), [NILE]);
    // All of them move: the first remains the first.
    let now = texts("خبر", "وصل النيل والقاهرة. النيل");
    let plan = planned(
        &now,
        first.changed.clone(),
        vec![
            in_body(&now, "النيل", 0, NILE),
            in_body(&now, "القاهرة", 0, CAIRO),
            in_body(&now, "النيل", 1, NILE),
        ],
    );
    assert!(plan.gone.is_empty(), "{plan:?}");
    let starts: Vec<_> = plan.changed.iter().map(|it| (it.id, it.start)).collect();
    assert_eq!(starts, [(first_nile.id, 4), (cairo.id, 11), (second_nile.id, 20)]);
    assert!(plan.changed.iter().zip(&first.changed).all(|(now, was)| now.created_at == was.created_at));
}

#[test]
fn what_an_editor_has_said_follows_the_text_and_is_lost_with_its_words() {
    let before = texts("خبر", "كتب محمد عن النيل.");
    let mention = by_editor(&before, "محمد", 0, CAIRO, MentionStatus::Found);
    let same = planned(&before, vec![mention.clone()], vec![]);
    assert!(same.changed.is_empty() && same.gone.is_empty(), "{same:?}");
    assert_eq!(ids(&same.entities), [CAIRO]);

    let now = texts("خبر", "أمس كتب محمد عن النيل.");
    let moved = planned(&now, vec![mention.clone()], vec![]).changed.remove(0);
    assert_eq!((moved.id, moved.start, moved.end, moved.status), (mention.id, 8, 12, MentionStatus::Found));
    assert_eq!(moved.prefix, "أمس كتب ");
    assert_eq!((moved.origin, moved.exact.as_str()), (MentionOrigin::Editor, "محمد"));

    let plan = planned(&texts("خبر", "لا شيء"), vec![mention.clone()], vec![]);
    assert_eq!(plan.changed, [Mention { status: MentionStatus::Lost, ..mention.clone() }]);
    assert!(plan.entities.is_empty() && plan.gone.is_empty());
    // It comes back with its words.
    let plan = planned(&before, plan.changed, vec![]);
    assert_eq!(plan.changed, [mention]);
    assert_eq!(ids(&plan.entities), [CAIRO]);
}

#[test]
fn a_rejection_is_kept_and_holds_for_its_entity_alone() {
    let before = texts("خبر", "كتب محمد عن النيل.");
    let rejected = by_editor(&before, "النيل", 0, NILE, MentionStatus::Rejected);
    let rejected = Mention { origin: MentionOrigin::Gazetteer, ..rejected };
    let found = |entity| vec![in_body(&before, "النيل", 0, entity)];
    let plan = planned(&before, vec![rejected.clone()], found(NILE));
    assert!(plan.changed.is_empty() && plan.gone.is_empty() && plan.entities.is_empty(), "{plan:?}");
    let plan = planned(&before, vec![rejected.clone()], found(CAIRO));
    assert_eq!((plan.changed.len(), ids(&plan.entities)), (1, vec![CAIRO]));
    // Its words are gone, and it is not forgotten.
    let plan = planned(&texts("خبر", "لا شيء"), vec![rejected.clone()], vec![]);
    assert!(plan.changed.is_empty() && plan.gone.is_empty(), "{plan:?}");
    // It moves, and stays one.
    let now = texts("خبر", "أمس كتب محمد عن النيل.");
    let plan = planned(&now, vec![rejected.clone()], vec![in_body(&now, "النيل", 0, NILE)]);
    let [moved] = &plan.changed[..] else { panic!("{plan:?}") };
    assert_eq!((moved.id, moved.status, moved.start), (rejected.id, MentionStatus::Rejected, 16));
    assert!(plan.entities.is_empty());
}

#[test]
fn the_annotator_says_nothing_where_an_editor_has_spoken() {
    let texts = texts("خبر", "نهر النيل الأزرق والقاهرة النيل");
    let said = by_editor(&texts, "النيل الأزرق", 0, CAIRO, MentionStatus::Found);
    for overlapping in ["نهر النيل", "النيل", "الأزرق", "النيل الأزرق", "نهر النيل الأزرق"]
    {
        let plan = planned(&texts, vec![said.clone()], vec![in_body(&texts, overlapping, 0, NILE)]);
        assert!(plan.changed.is_empty() && ids(&plan.entities) == [CAIRO], "{overlapping}: {plan:?}");
    }
    // What touches it does not stand there, nor what stands elsewhere.
    for (beside, nth) in [("نهر ", 0), (" والقاهرة", 0), ("النيل", 1)] {
        let plan = planned(&texts, vec![said.clone()], vec![in_body(&texts, beside, nth, NILE)]);
        assert_eq!(plan.changed.len(), 1, "{beside}: {plan:?}");
    }
    // One that is lost decides nothing.
    let elsewhere = Mention { exact: "غير هذا".to_owned(), status: MentionStatus::Lost, ..said };
    let plan = planned(&texts, vec![elsewhere], vec![in_body(&texts, "النيل", 0, NILE)]);
    assert_eq!((plan.changed.len(), ids(&plan.entities)), (1, vec![NILE]));
}

#[test]
fn an_editors_mention_counts_however_sure_it_is_and_a_candidate_does_not() {
    let texts = texts("خبر", "النيل والقاهرة");
    let said = Mention { confidence: 0.1, ..by_editor(&texts, "النيل", 0, NILE, MentionStatus::Found) };
    let candidate = name(&texts, MentionField::Body, ("القاهرة", 0), CAIRO, gazetteer::THRESHOLD - 0.01);
    let plan = planned(&texts, vec![said], vec![candidate]);
    assert_eq!(plan.entities, [(NILE, 0.1)]);
    assert_eq!(plan.changed[0].status, MentionStatus::Candidate);
    let sure = name(&texts, MentionField::Body, ("القاهرة", 0), CAIRO, 1.5);
    let plan = planned(&texts, vec![], vec![sure]);
    assert_eq!((plan.changed[0].status, plan.changed[0].confidence), (MentionStatus::Found, 1.0));
}

#[test]
fn entities_that_are_mentioned_alike_are_put_in_the_order_of_their_ids() {
    let texts = texts("خبر", "النيل والقاهرة");
    for found in [[("النيل", NILE), ("القاهرة", CAIRO)], [("القاهرة", CAIRO), ("النيل", NILE)]]
    {
        let found = found.map(|(exact, entity)| in_body(&texts, exact, 0, entity));
        assert_eq!(ids(&planned(&texts, vec![], found.to_vec()).entities), [NILE, CAIRO]);
    }
}

#[test]
fn a_mention_that_moves_is_as_old_as_it_was() {
    let (before, now) = (texts("خبر", "النيل"), texts("خبر", "وصل النيل"));
    let first = planned(&before, vec![], vec![in_body(&before, "النيل", 0, NILE)]);
    let later = NOW + chrono::TimeDelta::days(1);
    let plan = Plan::new(&now, first.changed, vec![in_body(&now, "النيل", 0, NILE)], later);
    let [moved] = &plan.changed[..] else { panic!("{plan:?}") };
    assert_eq!((moved.start, moved.created_at), (4, NOW));
}
