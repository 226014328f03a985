//! What changes in the database, in the words in which its triggers announce it:
//! to the transaction that changes it, and when that commits, to whoever listens.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl, define_sql_function, select,
    sql_types::{Bool, Text},
};
use uuid::Uuid;

use super::resources::Topic;

/// The channel on which PostgreSQL notifies of changes.
pub const CHANNEL: &str = "maqal_changes";

/// One announced change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Anything may be different.
    Everything,
    /// There are more items, and none of the others is different.
    More(Topic),
    /// Any item may be different.
    All(Topic),
    /// These items are different.
    Items(Topic, Vec<Uuid>),
}

impl Change {
    /// Reads announcements, one a line. What is not understood may mean anything.
    pub fn parse_lines(text: &str) -> Vec<Change> {
        text.lines().map(|line| Self::parse(line).unwrap_or(Change::Everything)).collect()
    }

    fn parse(line: &str) -> Option<Change> {
        let (word, items) = line.split_once(' ').unwrap_or((line, ""));
        let topic = Topic::ALL.into_iter().find(|topic| topic.as_str() == word)?;
        match items {
            "" => Some(Change::More(topic)),
            "*" => Some(Change::All(topic)),
            ids => {
                let ids = ids.split(',').map(Uuid::try_parse).collect::<Result<_, _>>();
                Some(Change::Items(topic, ids.ok()?))
            }
        }
    }
}

define_sql_function! {
    /// A setting's value; null, or empty, where it was never set.
    fn current_setting(name: Text, missing_ok: Bool) -> Nullable<Text>;
}

/// What the current transaction has changed so far.
pub fn of_transaction(connection: &mut PgConnection) -> QueryResult<Vec<Change>> {
    let announced: Option<String> = select(current_setting("maqal.changes", true)).get_result(connection)?;
    Ok(Change::parse_lines(announced.as_deref().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn announcements_are_read_line_by_line() {
        let id = Uuid::from_u128(7);
        let text = format!("articles\ntags *\nentity_counts {id},{id}\n*");
        let expected = [
            Change::More(Topic::Articles),
            Change::All(Topic::Tags),
            Change::Items(Topic::EntityCounts, vec![id, id]),
            Change::Everything,
        ];
        assert_eq!(Change::parse_lines(&text), expected);
        assert_eq!(Change::parse_lines(""), []);
    }

    proptest! {
        #[test]
        fn what_is_not_understood_may_mean_anything(line in "[^\n\r]+") {
            let known = Topic::ALL.iter().any(|topic| {
                line.strip_prefix(topic.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            });
            prop_assume!(!known);
            prop_assert_eq!(Change::parse_lines(&line), [Change::Everything]);
        }
    }
}
