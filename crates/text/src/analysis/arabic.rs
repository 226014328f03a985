//! Arabic words without the particles that are written onto them, and with other endings.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

const ARTICLE: &str = "ال";
const CONJUNCTIONS: [char; 2] = ['و', 'ف'];
const PREPOSITIONS: [char; 3] = ['ب', 'ل', 'ك'];

/// `ل` and `الله` share two of their letters.
const FOR_GOD: &str = "لله";
const GOD: &str = "الله";

/// Where the second of two words begins that a folded word consists of: names are written as one word or as two
/// (`عبدالله`, `نورالدين`, `ابوظبي`).
pub fn joint(word: &str) -> Option<usize> {
    if word.len() < SHORTEST_COMPOUND || !word.starts_with(|c| matches!(c, '\u{621}'..='\u{64A}')) {
        return None;
    }
    let is_head = |head: &str, heads: &str| {
        let mut heads = heads.split(' ').filter_map(|known| head.strip_suffix(known));
        heads.any(are_particles)
    };
    let of_name = word.match_indices(ARTICLE).map(|(at, _)| word.split_at(at)).find(|(head, name)| {
        is_head(head, HEADS_OF_NAMES) && name.chars().nth(3).is_some()
            || *name == GOD && head.chars().nth(1).is_some() && !are_particles(head)
            || *name == FAITH && is_head(head, HEADS_OF_FAITH)
    });
    let of_place = || {
        let mut places =
            PLACES.iter().filter_map(|(head, name)| word.strip_suffix(name).map(|rest| (rest, *head)));
        places.find(|(rest, head)| is_head(rest, head)).map(|(rest, _)| rest.len())
    };
    of_name.map(|(head, _)| head.len()).or_else(of_place)
}

/// In bytes.
const SHORTEST_COMPOUND: usize = 12;
const FAITH: &str = "الدين";
const HEADS_OF_NAMES: &str = "عبد ابو ابي";
const HEADS_OF_FAITH: &str = "نور صلاح عز سعد سيف شمس بدر جمال كمال علاء ضياء حسام عماد نصر ناصر محيي محي خير تقي زين شرف \
    فخر ركن تاج قطب برهان بهاء جلال شهاب نجم مجد معز صدر نظام عضد";
const PLACES: [(&str, &str); 3] = [("ابو", "ظبي"), ("بور", "سعيد"), ("بور", "سودان")];

/// Whether what stands before a word is nothing but particles.
fn are_particles(letters: &str) -> bool {
    letters.chars().nth(4).is_none() && letters.chars().all(|c| "وفبلكات".contains(c))
}

/// All that a folded word may be without its particles: a conjunction, a preposition, the
/// article. `لل` hides the alif of an article, so that the word with an article is given too.
pub fn peeled(word: &str) -> Vec<Cow<'_, str>> {
    let mut forms = Forms::of(word);
    for word in with_and_without(&CONJUNCTIONS, word) {
        for word in with_and_without(&PREPOSITIONS, word) {
            forms.add(word);
            if let Some(bare) = without_article(word) {
                forms.add(bare);
            }
        }
        if let Some(bare) = behind_hidden_article(word) {
            forms.add_made([ARTICLE, bare].concat());
            if is_word(bare) {
                forms.add(bare);
            }
        }
        if word == FOR_GOD {
            forms.add(GOD);
        }
    }
    forms.others
}

/// What a folded word of a query asks for beside itself: the word without its article, also
/// where that is behind other particles, and with the other endings that it has in other places
/// of a sentence.
pub fn asked(word: &str) -> Vec<Cow<'_, str>> {
    let mut forms = Forms::of(word);
    if word.strip_prefix(CONJUNCTIONS).unwrap_or(word) == FOR_GOD {
        forms.add(GOD);
        return forms.others;
    }
    let bare = match without_article(word) {
        Some(bare) => bare,
        None => with_and_without(&CONJUNCTIONS, word).find_map(behind_preposition).unwrap_or(word),
    };
    if bare.len() < word.len() {
        forms.add_made([ARTICLE, bare].concat());
        forms.add(bare);
    }
    if let Some((stem, endings)) = ending(bare) {
        for ending in endings {
            forms.add_made([stem, ending].concat());
        }
    }
    forms.others
}

/// The forms of a word other than itself, each once.
struct Forms<'a> {
    word: &'a str,
    others: Vec<Cow<'a, str>>,
}

impl<'a> Forms<'a> {
    fn of(word: &'a str) -> Self {
        Self { word, others: Vec::new() }
    }

    /// Adds a part of the word.
    fn add(&mut self, form: &'a str) {
        self.add_any(Cow::Borrowed(form));
    }

    fn add_made(&mut self, form: String) {
        self.add_any(Cow::Owned(form));
    }

    fn add_any(&mut self, form: Cow<'a, str>) {
        if form != self.word && !self.others.contains(&form) {
            self.others.push(form);
        }
    }
}

fn with_and_without<'a>(particles: &[char], word: &'a str) -> impl Iterator<Item = &'a str> {
    let rest = word.strip_prefix(particles).filter(|rest| is_word(rest) && !WHOLE_WORDS.contains(word));
    [Some(word), rest].into_iter().flatten()
}

fn without_article(word: &str) -> Option<&str> {
    word.strip_prefix(ARTICLE).filter(|rest| is_word(rest))
}

fn behind_preposition(word: &str) -> Option<&str> {
    let hidden = || behind_hidden_article(word).filter(|rest| is_word(rest));
    with_and_without(&PREPOSITIONS, word)
        .find_map(without_article)
        .or_else(hidden)
        .or_else(|| whole_behind_preposition(word))
}

fn behind_hidden_article(word: &str) -> Option<&str> {
    let bare = word.strip_prefix("لل").filter(|rest| rest.chars().nth(1).is_some());
    bare.filter(|_| whole_behind_preposition(word).is_none())
}

/// The whole word that begins with the second letter: for a committee, `للجنة`, is not for the
/// garden.
fn whole_behind_preposition(word: &str) -> Option<&str> {
    word.strip_prefix('ل').filter(|rest| rest.starts_with('ل') && WHOLE_WORDS.contains(rest))
}

/// Whether it has the three letters of a root, or is a number or a foreign word.
fn is_word(rest: &str) -> bool {
    rest.chars().nth(2).is_some() || rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A word without its ending, and the endings of its other genders, numbers and cases.
fn ending(word: &str) -> Option<(&str, &'static [&'static str])> {
    ENDINGS.iter().find_map(|(ending, least, others)| {
        let stem = word.strip_suffix(ending)?;
        (stem.chars().count() >= *least).then_some((stem, *others))
    })
}

/// Endings, the fewest letters before each, and what may stand in its place. Most names that end
/// like a plural are shorter than plurals (`ياسين`, `علي`), and stay as they are.
const ENDINGS: [(&str, usize, &[&str]); 13] = [
    ("يون", 3, &["ي", "يه", "يين", "يات"]),
    ("يين", 3, &["ي", "يه", "يون", "يات"]),
    ("يات", 3, &["ي", "يه", "يين", "يون"]),
    ("يه", 3, &["ي", "يين", "يون", "يات"]),
    ("ي", 3, &["يه", "يين", "يون", "يات"]),
    ("ي", 0, &[]),
    ("ون", 4, &["", "ين"]),
    ("ين", 4, &["", "ون"]),
    ("ون", 0, &[]),
    ("ين", 0, &[]),
    ("ات", 3, &["", "ه"]),
    ("ه", 3, &["ات"]),
    ("", 4, &["ات", "ين", "ون"]),
];

/// Words whose first letter is a particle to the eye alone, where what follows is a word that
/// someone may ask for: who looks for a ball, `كرة`, does not mean an idea, `فكرة`. Most are words
/// of news that stand behind the article as well, or behind a preposition, where no other particle
/// can; some are names.
static WHOLE_WORDS: LazyLock<HashSet<&str, FixedState>> =
    LazyLock::new(|| include_str!("arabic/whole_words.txt").split_whitespace().collect());

/// Whether a word that is made up of particles and a name ends like one of those, which it may be taken
/// for then.
#[cfg(test)]
pub fn hides_a_whole_word(written: &str) -> bool {
    let written = super::fold(written);
    WHOLE_WORDS.iter().any(|word| written.ends_with(word))
}

#[cfg(test)]
mod tests;
