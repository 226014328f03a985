//! Words that differ by one letter.

/// A word without each of its first letters in turn.
pub fn without_a_letter(word: &str, first: usize) -> impl Iterator<Item = String> {
    let mut before = None;
    word.char_indices().take(first).filter_map(move |(at, letter)| {
        // Of a doubled letter it is all the same which one is left out.
        let is_double = before.replace(letter) == Some(letter);
        let (begin, rest) = word.split_at_checked(at)?;
        (!is_double).then(|| [begin, rest.strip_prefix(letter).unwrap_or(rest)].concat())
    })
}

/// Whether the word begins with what was typed, but for one letter too few, too many or wrong, or
/// two neighbours in the wrong order.
pub fn is_near(typed: &str, word: &str) -> bool {
    let typed: Vec<char> = typed.chars().collect();
    let word: Vec<char> = word.chars().collect();
    let same = typed.iter().zip(&word).take_while(|(a, b)| a == b).count();
    let (typed, word) = (&typed[same..], &word[same..]);
    match (typed, word) {
        ([], _) => true,
        // All of the word is there, and one letter besides.
        (typed, []) => typed.len() == 1,
        ([a, rest @ ..], [b, word_rest @ ..]) => {
            let is_swapped = match (rest, word_rest) {
                ([c, typed @ ..], [d, word @ ..]) => a == d && b == c && word.starts_with(typed),
                _ => false,
            };
            is_swapped
                || word_rest.starts_with(rest)
                || word_rest.starts_with(typed)
                || word.starts_with(rest)
        }
    }
}
