//! `Accept`: which of some media types a request prefers (RFC 9110, 12.5.1).

use smallvec::SmallVec;

/// A form in which an answer can be written.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// What the parameter `format` calls it.
    pub name: &'static str,
    /// What `Accept` and `Content-Type` call it; the first is told to those who name none of them.
    pub media_types: &'static [&'static str],
}

/// A media type that an answer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Which of the formats it is.
    pub format: usize,
    pub media_type: &'static str,
}

/// A range of media types, and how much it is liked, in thousandths.
#[derive(Debug, Clone, Copy)]
struct Range<'a> {
    kind: &'a [u8],
    subtype: &'a [u8],
    quality: u16,
}

/// How exactly a range names a media type, and how much that is liked.
type Liking = (u8, u16);

/// Which of the formats the values of `Accept` prefer, if they take any.
///
/// Of those that are liked alike the one that is named more exactly comes first, then the one that is listed first. Where
/// there is but one format, or `Accept` says only what is not wanted, a format that it does not speak of is taken for
/// good: clients name what they would like best, and an answer is of more use to them than its refusal.
pub fn preferred<'h>(
    values: impl Iterator<Item = &'h [u8]>,
    formats: impl Iterator<Item = &'static Format>,
) -> Option<Offer> {
    let mut offers: SmallVec<[(Offer, Option<Liking>); 4]> = SmallVec::new();
    let mut count = 0;
    for (index, format) in formats.enumerate() {
        count = index + 1;
        let types = format.media_types.iter().copied();
        offers.extend(types.map(|media_type| (Offer { format: index, media_type }, None)));
    }
    let mut wants_something = false;
    for range in values.flat_map(|value| separated(value, b',')).filter_map(Range::read) {
        wants_something |= range.quality > 0;
        for (offer, liking) in &mut offers {
            let exactness = range.exactness(offer.media_type);
            *liking = (*liking).max(exactness.map(|exactness| (exactness, range.quality)));
        }
    }
    let unnamed = if count > 1 && wants_something { (0, 0) } else { (0, 1) };
    let liked = offers.iter().filter_map(|(offer, liking)| {
        let (exactness, quality) = liking.unwrap_or(unnamed);
        (quality > 0).then_some(((quality, exactness), *offer))
    });
    // `max_by_key` would take the last.
    liked.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, offer)| offer)
}

impl<'a> Range<'a> {
    /// Reads one; none where it is not of its form.
    fn read(text: &'a [u8]) -> Option<Self> {
        let mut parts = separated(text, b';').map(<[u8]>::trim_ascii);
        let (kind, subtype) = match parts.next()? {
            // As Java's own client has it.
            b"*" => (&b"*"[..], &b"*"[..]),
            name => {
                let slash = name.iter().position(|byte| *byte == b'/')?;
                (&name[..slash], &name[slash + 1..])
            }
        };
        let is_name = |name: &[u8]| {
            !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && !b"/,\"".contains(byte))
        };
        if !is_name(kind) || !is_name(subtype) || (kind == b"*" && subtype != b"*") {
            return None;
        }
        // Of what else may stand there (a charset, a profile) no format has another form.
        let weight = parts.find_map(|part| match part {
            [b'q' | b'Q', b'=', weight @ ..] => Some(weight),
            _ => None,
        });
        Some(Self { kind, subtype, quality: weight.map_or(Some(1000), thousandths)? })
    }

    /// How exactly it names the media type, if it does.
    fn exactness(&self, media_type: &str) -> Option<u8> {
        let (kind, subtype) = media_type.split_once('/')?;
        let (same_kind, same_subtype) = (
            self.kind.eq_ignore_ascii_case(kind.as_bytes()),
            self.subtype.eq_ignore_ascii_case(subtype.as_bytes()),
        );
        match (self.kind, self.subtype) {
            (b"*", _) => Some(1),
            (_, b"*") => same_kind.then_some(2),
            _ => (same_kind && same_subtype).then_some(3),
        }
    }
}

/// A weight from 0 to 1. Clients send more than three digits, and leave the 0 out.
fn thousandths(text: &[u8]) -> Option<u16> {
    let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let (whole, digits) = (&text[..point], text.get(point + 1..).unwrap_or_default());
    if text.is_empty() || text == b"." || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let whole = match whole {
        b"" | b"0" => 0,
        b"1" => 1000,
        _ => return None,
    };
    let digits = digits.iter().chain(b"000").take(3);
    let quality = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')) + whole;
    (quality <= 1000).then_some(quality)
}

/// The parts of a text between separators that stand in no quotes.
fn separated(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut is_quoted, mut is_escaped) = (false, false);
        let end = text.iter().position(|byte| {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_quoted => is_escaped = true,
                b'"' => is_quoted = !is_quoted,
                byte => return *byte == separator && !is_quoted,
            }
            false
        });
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static JSON: Format = Format { name: "json", media_types: &["application/json"] };
    static LINES: Format =
        Format { name: "ndjson", media_types: &["application/x-ndjson", "application/ndjson"] };
    static TEXT: Format = Format { name: "text", media_types: &["text/plain"] };

    fn of(accept: &[&str], formats: &[&'static Format]) -> Option<&'static str> {
        preferred(accept.iter().map(|value| value.as_bytes()), formats.iter().copied())
            .map(|offer| offer.media_type)
    }

    #[test]
    fn the_client_chooses_among_several_formats() {
        let (json, lines, other) = ("application/json", "application/x-ndjson", "application/ndjson");
        let cases: [(&[&str], Option<&str>); 32] = [
            (&[], Some(json)),
            (&[""], Some(json)),
            (&["*/*"], Some(json)),
            (&["application/*"], Some(json)),
            (&["APPLICATION/JSON"], Some(json)),
            (&["application/json;charset=utf-8"], Some(json)),
            (&["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], Some(json)),
            (&["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"], Some(json)),
            (&["nonsense"], Some(json)),
            (&["nonsense, /json, application/, */json, a/b;q=2, a/b;q=x"], Some(json)),
            (&["application/x-ndjson;q=0"], Some(json)),
            (&["application/x-ndjson"], Some(lines)),
            (&["application/ndjson"], Some(other)),
            (&["application/x-ndjson, */*"], Some(lines)),
            (&["application/x-ndjson, application/*"], Some(lines)),
            (&["application/x-ndjson;q=0.9, */*"], Some(json)),
            (&["*/*", "application/x-ndjson"], Some(lines)),
            (&["application/json;q=0.5", "application/x-ndjson;q=0.6"], Some(lines)),
            (&["application/json;q=0.5, application/ndjson, application/x-ndjson;q=0.1"], Some(other)),
            (&["application/json, application/x-ndjson"], Some(json)),
            (&["application/x-ndjson, application/json"], Some(json)),
            (&["application/json;Q=0.1, text/plain, application/ndjson ; q=0.1001"], Some(json)),
            (&["application/json;profile=\"a,b;q=0\";q=0.2, application/ndjson;q=0.1"], Some(json)),
            (&["application/json;q=0"], Some(lines)),
            (&["*/*, application/json;q=0"], Some(lines)),
            (&["application/*;q=0, application/json;q=0.001"], Some(json)),
            (&["*/*;q=0"], None),
            (&["*/*;q=0.000"], None),
            (&["text/html"], None),
            (&["text/*"], None),
            (&["nonsense, text/html"], None),
            (&["*/*;q=0, text/html"], None),
        ];
        for (accept, expected) in cases {
            assert_eq!(of(accept, &[&JSON, &LINES]), expected, "{accept:?}");
        }
    }

    #[test]
    fn the_only_format_is_given_unless_it_is_refused() {
        for accept in ["text/html", "text/html, image/*;q=0.5", "application/xml", "text/plain;q=0"] {
            assert_eq!(of(&[accept], &[&JSON]), Some("application/json"), "{accept}");
        }
        for accept in ["application/json;q=0", "application/*;q=0, text/html", "*/*;q=0.0, text/html"] {
            assert_eq!(of(&[accept], &[&JSON]), None, "{accept}");
        }
        assert_eq!(of(&["application/ndjson"], &[&LINES]), Some("application/ndjson"));
        assert_eq!(of(&["text/html"], &[&LINES]), Some("application/x-ndjson"));
    }

    /// The same, for one media type after another.
    fn plainly(ranges: &[(String, u16)], formats: &[&'static Format]) -> Option<&'static str> {
        let mut found = None;
        let mut best = (0, 0);
        for media_type in formats.iter().flat_map(|format| format.media_types) {
            let (kind, _) = media_type.split_once('/').expect("a media type");
            let quality_of = |range: &str| ranges.iter().filter(|it| it.0 == range).map(|it| it.1).max();
            let exactly = quality_of(media_type).map(|quality| (quality, 3));
            let named = exactly
                .or_else(|| quality_of(&format!("{kind}/*")).map(|quality| (quality, 2)))
                .or_else(|| quality_of("*/*").map(|quality| (quality, 1)));
            let is_lenient = formats.len() == 1 || ranges.iter().all(|(_, quality)| *quality == 0);
            let liking = named.unwrap_or((u16::from(is_lenient), 0));
            if liking.0 > 0 && liking > best {
                (best, found) = (liking, Some(*media_type));
            }
        }
        found
    }

    proptest! {
        #[test]
        fn negotiation_is_what_its_rules_say(
            ranges in prop::collection::vec(
                (
                    prop::sample::select(vec![
                        "*/*", "application/*", "text/*", "image/*", "application/json", "application/ndjson",
                        "application/x-ndjson", "text/plain", "text/html",
                    ]),
                    prop::sample::select(vec![0_u16, 1, 5, 500, 999, 1000]),
                ),
                0..6,
            ),
            formats in prop::sample::subsequence(vec![&JSON, &LINES, &TEXT], 1..=3),
            lines in 1..4_usize,
        ) {
            let text = |(range, quality): &(&str, u16)| match quality {
                1000 => (*range).to_owned(),
                quality => format!("{range};q=0.{quality:03}"),
            };
            let accept: Vec<String> = ranges
                .chunks(lines)
                .map(|line| line.iter().map(text).collect::<Vec<_>>().join(" , "))
                .collect();
            let accept: Vec<&str> = accept.iter().map(String::as_str).collect();
            let ranges: Vec<(String, u16)> =
                ranges.iter().map(|(range, quality)| ((*range).to_owned(), *quality)).collect();
            prop_assert_eq!(of(&accept, &formats), plainly(&ranges, &formats));
        }

        #[test]
        fn any_bytes_are_read(accept in prop::collection::vec(any::<u8>(), 0..60)) {
            let chosen = preferred([&accept[..]].into_iter(), [&JSON, &LINES].into_iter());
            prop_assert!(chosen.is_none_or(|offer| offer.format < 2));
        }
    }

    #[test]
    fn a_weight_is_a_decimal_from_0_to_1() {
        for (text, expected) in [
            ("0", Some(0)),
            ("0.", Some(0)),
            ("1", Some(1000)),
            ("1.000", Some(1000)),
            (".5", Some(500)),
            ("0.25", Some(250)),
            ("0.123456", Some(123)),
            ("", None),
            (".", None),
            ("1.001", None),
            ("2", None),
            ("0.x", None),
            ("0.5.5", None),
            ("-0.5", None),
        ] {
            assert_eq!(thousandths(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn what_stands_in_quotes_separates_nothing() {
        let parts = |text: &'static str| -> Vec<&str> {
            separated(text.as_bytes(), b',').map(|part| str::from_utf8(part).expect("ASCII")).collect()
        };
        assert_eq!(parts(r#"a"b,c"d,e"#), [r#"a"b,c"d"#, "e"]);
        assert_eq!(parts(r#"a"b\",c",d"#), [r#"a"b\",c""#, "d"]);
        assert_eq!(parts(r#"a\,"b",c"#), [r#"a\"#, r#""b""#, "c"]);
        assert_eq!(parts(r#"a",b"#), [r#"a",b"#]);
        assert_eq!(parts(",a,"), ["", "a", ""]);
    }

    #[test]
    fn a_range_has_two_names_and_any_type_has_any_subtype() {
        for text in ["/json", "application/", "*/json", "a b/c", "a/b/c", "a/\"b", "nonsense", ""] {
            assert!(Range::read(text.as_bytes()).is_none(), "{text:?}");
        }
        for text in ["*", "*/*", "a/*", "a/b", " a/b ;q=0.5", "a/b;c=\"q=2;x\""] {
            assert!(Range::read(text.trim().as_bytes()).is_some(), "{text:?}");
        }
    }
}
