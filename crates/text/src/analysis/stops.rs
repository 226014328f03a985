//! Function words: short lists of those that can hardly be meant in a search for news.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::fold::{is_apostrophe, is_arabic_ornament};

/// Whether a word, in NFC and lower case, is a function word of a language. Words that folding
/// confuses are told apart: `على` is one, the name `علي` is not.
pub fn is_stop(exact: &str, language: &str) -> bool {
    let word = plain(exact);
    if language == "ar" && !NOT_CONJOINED.contains(&word.as_ref()) {
        let after_conjunction = word.strip_prefix(['و', 'ف']);
        return is_listed(&word, language) || after_conjunction.is_some_and(|word| is_listed(word, language));
    }
    is_listed(&word, language)
}

fn is_listed(word: &str, language: &str) -> bool {
    LISTS.get(word).is_some_and(|languages| languages.contains(&language))
}

/// A word without Arabic vowel signs and with apostrophes of ASCII.
fn plain(word: &str) -> Cow<'_, str> {
    let differs = |c| is_arabic_ornament(c) || is_apostrophe(c) && c != '\'';
    if word.is_ascii() || !word.contains(differs) {
        return Cow::Borrowed(word);
    }
    let letters = word.chars().filter(|c| !is_arabic_ornament(*c));
    Cow::Owned(letters.map(|c| if is_apostrophe(c) { '\'' } else { c }).collect())
}

/// Words that a conjunction and a function word look like: understanding, illusion, film.
const NOT_CONJOINED: [&str; 10] = ["فهم", "وهم", "وهن", "فلم", "فان", "والي", "فلان", "واي", "فاي", "فاو"];

/// Names that a function word looks like without its hamza, or with the dots of its `ى`.
const NAMES: [&str; 3] = ["علي", "بان", "سوي"];

/// The spellings of an Arabic function word: many leave out a hamza at its beginning, and the dots of a final `ي`
/// are left out in Egypt and put everywhere elsewhere.
fn spellings(word: &'static str) -> impl Iterator<Item = Cow<'static, str>> {
    let with_alif = |word: Cow<'static, str>| {
        let plain = word.contains(['أ', 'إ']).then(|| Cow::Owned(word.replace(['أ', 'إ'], "ا")));
        [Some(word), plain].into_iter().flatten()
    };
    let [dotted, undotted] = ['ي', 'ى'].map(|end| {
        let stem = word.strip_suffix(['ي', 'ى'])?;
        Some(Cow::Owned(format!("{stem}{end}")))
    });
    let all = [Some(Cow::Borrowed(word)), dotted, undotted].into_iter().flatten().flat_map(with_alif);
    all.filter(move |spelling| spelling == word || !NAMES.contains(&spelling.as_ref()))
}

/// The function word that a name may be, where many write one letter for both: `علي` for `على`.
pub fn undotted(exact: &str) -> Option<&'static str> {
    (plain(exact) == "علي").then_some("على")
}

/// The languages of each word.
static LISTS: LazyLock<HashMap<Cow<str>, Vec<&str>, FixedState>> = LazyLock::new(|| {
    let mut lists: HashMap<_, Vec<_>, _> = HashMap::default();
    for (language, list) in WORDS {
        for word in list.split_whitespace() {
            let spellings =
                if language == "ar" { spellings(word).collect() } else { vec![Cow::Borrowed(word)] };
            for spelling in spellings {
                lists.entry(spelling).or_default().push(language);
            }
        }
    }
    lists
});

// English has neither "us" nor "who" nor "may", which are names in capitals, and no other list
// has a word that is a common name in news.
const WORDS: [(&str, &str); 10] = [
    (
        "ar",
        "من في فى إلى الى على عن مع هذا هذه هذان هذين هؤلاء ذلك ذاك تلك أولئك الذي الذى التي التى الذين \
         اللذان اللذين اللتان اللتين اللاتي اللواتي هو هي هى هما هم هن أنا نحن أنت أنتم أن ان إن أنه انه إنه \
         أنها انها إنها أنهم إنهم أننا إننا أنني إنني كان كانت كانوا يكون تكون لم لن لا ما قد لقد ثم أو او بل \
         حتى إذا اذا إذ لو لولا لكن لكنه لكنها كما كأن كأنه كل بعض غير بين بعد قبل عند عندما منذ حيث أي اي \
         هنا هناك ليس ليست سوف لدى تم يتم له لها لهم لنا به بها بهم فيه فيها فيهم منه منها منهم عنه عنها \
         عنهم عليه عليها عليهم إليه إليها إليهم اليه اليها معه معها معهم بهذا بهذه بذلك بتلك لهذا لهذه لذلك \
         كذلك هكذا بما لما مما فيما عما ممن بأن لأن لأنه لأنها بأنه بأنها أما إما إلا الا سوى خلال ضمن مثل \
         حول أيضا ايضا كلا كلتا",
    ),
    (
        "en",
        "a about after all also am an and any are as at be because been before being both but by can could \
         did do does doesn't don't during each for from further had has have having he her here hers him his \
         how i if in into is isn't it it's its just me more most my no nor not of off on once only or other \
         our out over own same she should so some such than that the their them then there these they this \
         those through to too under until up very was wasn't we were what when where which while whom why \
         will with won't would you your",
    ),
    (
        "fr",
        "à au aux avec c'est ce ces cette dans de des du d'un d'une elle elles en est et été il ils je la le \
         les leur leurs lui mais n'est ne nous on ont ou où par pas plus pour qu'il qu'un qu'une que qui s'est \
         sa se ses son sont sur un une vous y",
    ),
    (
        "de",
        "aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer \
         eines er es für hat ich ihr im in ist mit nach nicht noch oder sein sich sie sind so über um und \
         von vor war was wer wie wird wir zu zum zur",
    ),
    (
        "es",
        "a al como con de del desde e el ella ellos en entre era es esta este esto fue ha han hasta la las \
         le les lo los más me no o para pero por que se ser si sin sobre son su sus también un una y ya",
    ),
    (
        "it",
        "a ad al alla alle anche che chi come con da dal dalla dei del della delle di e ed è era gli ha hanno \
         i il in io la le lo ma nel nella non o per più se si sono su sul sulla tra un una uno",
    ),
    (
        "pt",
        "a ao aos as à às com como da das de do dos e é ela ele em entre era esta este foi há isso já mais mas \
         na nas não no nos o os ou para pela pelo por que se sem ser seu sua são também um uma",
    ),
    (
        "nl",
        "aan al als bij dan dat de der deze die dit door een en er haar had heeft het hij hun ik in is maar \
         met naar niet nog of om onder ook op over te tot uit van voor was wat werd wij ze zich zij zijn zo",
    ),
    (
        "ru",
        "а без бы был была были было в во все вы где для до его ее её если есть еще ещё же за и из или им их к \
         как ко когда который кто ли мы на не него нет но о об он она они от по под при с со так также там то \
         только ты у уже чего что чтобы это я",
    ),
    (
        "tr",
        "ama ancak bir biz bu çok da daha de en gibi göre hem her için ile ise ki mi mı mu mü ne o olan olarak \
         oldu olduğu sonra şu ve veya ya",
    ),
];
