use serde::{Deserialize, Deserializer, Serialize};
use url::Host;
use utoipa::{
    PartialSchema,
    openapi::{RefOr, schema::Schema},
};

use super::{Excerpt, invalid, is_stored, is_unseen, patterned::string_value, string_schema, text::unseen};

/// An absolute http or https URL, its scheme in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Url(String);
string_value!(Url);

impl Url {
    /// One that was checked when it was stored.
    pub fn stored(url: String) -> Self {
        Self(url)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Excerpt::<1, 2000>::deserialize(deserializer)?.into_string();
        if is_stored() {
            Ok(Self(text))
        } else {
            checked(&text).map(Self).map_err(|(code, detail)| invalid(code, detail))
        }
    }
}

/// The URL as it is kept; or else the code of what is wrong with it, and what to do.
fn checked(text: &str) -> Result<String, (&'static str, &'static str)> {
    let not_absolute =
        ("invalid_url", "must be an absolute http or https URL, with a host behind the two slashes");
    // The parser trims and repairs, and takes a host from behind as many slashes as there are: what it would have to
    // repair is refused.
    let (scheme, rest) = text.split_once("://").ok_or(not_absolute)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") || authority.is_empty() {
        return Err(not_absolute);
    }
    if text.contains(is_misleading) {
        return Err((
            "invalid_url",
            "must not contain white space, characters that nobody sees, quotation marks, < > or \\: percent-encode them",
        ));
    }
    // The name before the @ is not the host, though it looks so; and a password is not for readers.
    if authority.contains('@') {
        return Err(("url_with_user", "must not contain the name of a user or a password before the host"));
    }
    let url = url::Url::parse(text).map_err(|_| not_absolute)?;
    let has_host = match url.host() {
        Some(Host::Domain(name)) => is_host_name(name),
        address => address.is_some(),
    };
    if !has_host {
        return Err((
            "invalid_url",
            "must have a real host: names of letters, digits and inner hyphens, separated by single full stops",
        ));
    }
    Ok(format!("{scheme}://{rest}"))
}

/// What ends a URL where somebody writes it into HTML, or makes it look like another.
fn is_misleading(c: char) -> bool {
    is_unseen(c) || c.is_control() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\')
}

/// Whether a name in ASCII can be one of a host (RFC 1123, section 2.1). Low lines are in some that there are. The parser
/// takes nearly everything for one.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len())
            && label.bytes().all(is_of_name)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.split('.').all(is_label)
}

impl PartialSchema for Url {
    fn schema() -> RefOr<Schema> {
        string_schema("An absolute http or https URL.", PATTERN, "https://example.org/news/1")
            .max_length(Some(2000))
            .into()
    }
}

/// All that is accepted matches: a host of any script, an address, a port. What else a name must be, IDNA says. It has
/// no `format`: `iri` refuses braces and bars, which browsers and this service take.
const PATTERN: &str = {
    /// The characters of [`is_misleading`], for a class of a pattern.
    macro_rules! misleading {
        () => {
            concat!(unseen!(), r#""'`<>\\\u0000-\u001f\u007f-\u009f"#)
        };
    }
    /// What a name begins and ends with: `%`, `_`, letters and digits of any script. Hyphens are within.
    macro_rules! label {
        () => {
            concat!(edge!(), "+(-+", edge!(), "+)*")
        };
    }
    macro_rules! edge {
        () => {
            concat!(
                "[^",
                unseen!(),
                r"\u0000-\u0024\u0026-\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u009f\u3002\uff0e\uff61]"
            )
        };
    }
    // IDNA takes four characters for a full stop.
    macro_rules! stop {
        () => {
            r"[.\u3002\uff0e\uff61]"
        };
    }
    concat!(
        "^[Hh][Tt][Tt][Pp][Ss]?://(",
        label!(),
        "(",
        stop!(),
        label!(),
        ")*",
        stop!(),
        "?",
        r"|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?([/?#][^",
        misleading!(),
        "]*)?$"
    )
};

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn read(text: &str) -> Option<String> {
        serde_json::from_value::<Url>(text.into()).ok().map(Url::into_string)
    }

    #[test]
    fn a_url_is_written_out() {
        for url in [
            "http://example.org",
            "http://example.org.",
            "https://example.org:8080/a?b#c",
            "http://[::1]/",
            "http://127.0.0.1",
            "http://localhost",
            "http://a--b_c.example/",
            "http://مثال.إختبار/أ",
            "https://例え。テスト",
            "https://ex%61mple.org",
        ] {
            assert_eq!(read(url).as_deref(), Some(url));
        }
        for other in [
            "http:evil",
            "http:\\\\evil",
            "http:/evil",
            "http:///evil",
            "http:////evil",
            "https:evil.example",
            " http://evil",
            "http ://evil",
            "http://ev\til",
            "http:/\\evil",
            "//evil",
            "javascript:alert(1)",
            "http://",
            "http://?a",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address() {
        let long = format!("{}.example", "a".repeat(64));
        let many = "a.".repeat(127) + "example";
        for host in [
            ".",
            "..",
            "-",
            "a..b",
            ".a",
            "a..",
            "-a.b",
            "a-.b",
            "a.-",
            "a!b",
            "a,b",
            "a*",
            "(a)",
            "a=b",
            "~",
            "{a}",
            "|",
            "%2e",
            "a%2e%2eb",
            "%20",
            "。",
            "a。。b",
            "1.2.3.4.5",
            "256.1.1.1",
            "[1]",
            "[::1",
            "a:b",
            "a:99999",
            ":80",
            "\u{ad}",
            "a\u{200b}b",
            &long,
            &many,
        ] {
            for rest in ["", "/", "/a?b"] {
                assert_eq!(read(&format!("http://{host}{rest}")), None, "{host}");
            }
        }
    }

    #[test]
    fn the_scheme_is_kept_in_lower_case() {
        assert_eq!(read("HTTP://Example.org/A").as_deref(), Some("http://Example.org/A"));
        assert_eq!(read("HttpS://example.org").as_deref(), Some("https://example.org"));
    }

    #[test]
    fn nothing_that_nobody_sees_stands_in_a_url() {
        for c in ('\0'..=char::MAX).filter(|c| is_unseen(*c) || c.is_control()) {
            for url in [
                format!("https://exam{c}ple.org/"),
                format!("https://example.org/a{c}b"),
                format!("https://a.b/?{c}"),
            ] {
                assert_eq!(read(&url), None, "{url:?}");
            }
        }
    }

    const PIECES: [&str; 22] = [
        "http:",
        "https:",
        "HTTP:",
        "/",
        "//",
        "\\",
        "evil",
        "example.org",
        "@",
        ":",
        "80",
        "?",
        "#",
        "é",
        "\t",
        " ",
        "مثال",
        ".",
        "-",
        "\u{200b}",
        "%2e",
        "。",
    ];

    proptest! {
        #[test]
        fn what_stands_behind_the_slashes_is_the_host(pieces in vec(select(&PIECES[..]), 1..8), is_whole: bool) {
            let start = if is_whole { "http://" } else { "" };
            let text = format!("{start}{}", pieces.concat());
            let Some(kept) = read(&text) else {
                return Ok(());
            };
            let host = url::Url::parse(&kept).expect("a URL").host_str().expect("a host").to_owned();
            let authority = kept.split(['/', '?', '#']).nth(2).expect("a host");
            let alone = url::Url::parse(&format!("http://{authority}/")).expect("a host");
            prop_assert_eq!(alone.host_str(), Some(host.as_str()), "{}", text);
            prop_assert_eq!(read(&kept), Some(kept.clone()));
            prop_assert!(host.split('.').rev().skip_while(|label| label.is_empty()).all(|label| !label.is_empty()), "{}", host);
        }
    }
}
