//! The words around direct speech, by language: `verbs/*.txt`.
//!
//! Each line is a kind and words of it: `say` verbs of saying, `part` those of them that go on with
//! a sentence (`قائلا`), `as` what stands for one (`according to`), `self` words with which a verb
//! has no subject of its own, `end` words with which a subject ends, `of` words whose genitive does
//! not speak (`lawyer of`), `who` pronouns, `aux` words between a subject and its verb, `title`
//! words between a verb and the name behind it.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::analysis::fold;

/// Which of the words a word is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    pub says: bool,
    pub is_participle: bool,
    pub is_as: bool,
    pub is_self: bool,
    pub ends: bool,
    pub is_of: bool,
    pub is_pronoun: bool,
    pub is_auxiliary: bool,
    pub is_of_title: bool,
}

type Words = HashMap<String, Kinds, FixedState>;

/// The words of a language.
#[derive(Clone, Copy, Debug)]
pub struct Verbs {
    words: &'static Words,
    /// Whether the subject stands behind the verb as a rule, and particles may be written with words.
    pub is_arabic: bool,
    /// Whether titles are written without capitals: `la maire Claire Morel`.
    pub has_small_titles: bool,
}

impl Verbs {
    /// Those of a language (a BCP 47 tag); of others those of English.
    pub fn of(language: &str) -> Self {
        let language = language.split('-').next().unwrap_or_default();
        let words = LISTS.iter().find(|(code, _)| *code == language).unwrap_or(&LISTS[0]);
        Self {
            words: &words.1,
            is_arabic: language == "ar",
            has_small_titles: matches!(language, "fr" | "es"),
        }
    }

    /// What a folded word is: also behind `و` and `ف`.
    pub fn kinds(&self, folded: &str) -> Kinds {
        let bare = || folded.strip_prefix(['و', 'ف']).filter(|_| self.is_arabic);
        let found = self.words.get(folded).or_else(|| self.words.get(bare()?));
        found.copied().unwrap_or_default()
    }
}

fn read(list: &str) -> Words {
    let mut words = Words::default();
    for line in list.lines() {
        let mut fields = line.split_whitespace();
        let Some(kind) = fields.next() else { continue };
        for word in fields {
            let kinds = words.entry(fold(word).into_owned()).or_default();
            match kind {
                "say" => kinds.says = true,
                "part" => (kinds.says, kinds.is_participle) = (true, true),
                "as" => kinds.is_as = true,
                "self" => kinds.is_self = true,
                "end" => kinds.ends = true,
                "of" => kinds.is_of = true,
                "who" => kinds.is_pronoun = true,
                "aux" => kinds.is_auxiliary = true,
                "title" => kinds.is_of_title = true,
                _ => {}
            }
        }
    }
    words
}

static LISTS: LazyLock<[(&str, Words); 8]> = LazyLock::new(|| {
    [
        ("en", read(include_str!("verbs/en.txt"))),
        ("ar", read(include_str!("verbs/ar.txt"))),
        ("fr", read(include_str!("verbs/fr.txt"))),
        ("de", read(include_str!("verbs/de.txt"))),
        ("es", read(include_str!("verbs/es.txt"))),
        ("fa", read(include_str!("verbs/fa.txt"))),
        ("tr", read(include_str!("verbs/tr.txt"))),
        ("ur", read(include_str!("verbs/ur.txt"))),
    ]
});
