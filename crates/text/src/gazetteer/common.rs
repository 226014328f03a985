//! Words that are names now and then, and usually not.
//!
//! The lists `common/*.txt` have the most frequent words of Arabic and English news but for names and
//! function words, folded and without article; of the rarer ones in Arabic, nouns alone, which are found with
//! the article and without.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// How often a word that is some name is meant as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// As a rule.
    Name,
    /// As often as not: `الأهلي`, `سيول`.
    Homograph,
    /// Where it has a capital within a sentence: `Reading`.
    Common,
    /// Hardly ever: `مدينة`, `March`.
    Never,
}

/// The use of a folded word in news, with or without the Arabic article.
pub fn usual(folded: &str) -> Use {
    let bare = folded.strip_prefix("ال").unwrap_or(folded);
    let found = [folded, bare].into_iter().find_map(|form| WORDS.get(form));
    found.copied().unwrap_or(Use::Name)
}

/// Whether an Arabic word is common, or the word that it is the accusative of.
pub fn is_common(folded: &str) -> bool {
    let stem = folded.strip_suffix('ا').filter(|stem| stem.chars().nth(2).is_some());
    [Some(folded), stem].into_iter().flatten().any(|form| usual(form) == Use::Never)
}

static WORDS: LazyLock<HashMap<&str, Use, FixedState>> = LazyLock::new(|| {
    let lists = [
        (include_str!("common/ar.txt"), Use::Never),
        (include_str!("common/en.txt"), Use::Common),
        (CALENDAR, Use::Never),
        (HOMOGRAPHS, Use::Homograph),
    ];
    let words = |(list, usual): (&'static str, Use)| list.split_whitespace().map(move |word| (word, usual));
    lists.into_iter().flat_map(words).collect()
});

/// English words that have a capital anyway.
const CALENDAR: &str = "january february march april may june july august september october november \
    december monday tuesday wednesday thursday friday saturday sunday";

/// Arabic words that are well-known names of places, clubs, parties, papers and channels; some of
/// them with the article alone.
const HOMOGRAPHS: &str = "الاتحاد الاهرام الاهلي البعث البيان التعاون الجزيره الحره الحلف الحياه الخليج الرجاء \
    الشباب الصعيد العربيه العين الفجر المتوسط النجمه النصر الهلال الوحده الوداد الوطن \
    امل جدي حماس سيول عمران فتح ليل مالي مشهد نور";
