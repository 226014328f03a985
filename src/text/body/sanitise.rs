//! HTML reduced to what an article needs.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

use super::TooIntricate;
use super::effort;

const TAGS: &str = "a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del \
    details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p \
    pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th \
    thead time tr u ul var wbr";

/// Elements whose content is not text of the article either.
const REMOVED_WITH_CONTENT: &str = "script style template title textarea select button iframe \
    noscript noembed noframes svg math";

/// `lang` and `dir` may stand anywhere, since an article in Arabic quotes English and the other
/// way round.
const GENERIC_ATTRIBUTES: &str = "lang dir title";

const ATTRIBUTES: [(&str, &str); 11] = [
    ("a", "href hreflang"),
    ("col", "span"),
    ("colgroup", "span"),
    ("del", "datetime"),
    ("img", "src alt width height"),
    ("ins", "datetime"),
    ("li", "value"),
    ("ol", "start reversed type"),
    ("td", "colspan rowspan"),
    ("th", "colspan rowspan scope"),
    ("time", "datetime"),
];

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: HashMap<_, _> = ATTRIBUTES.map(|(tag, names)| (tag, words(names))).into();
    let mut policy = Builder::empty();
    policy
        .tags(words(TAGS))
        .clean_content_tags(words(REMOVED_WITH_CONTENT))
        .generic_attributes(words(GENERIC_ATTRIBUTES))
        .tag_attributes(attributes)
        .url_schemes(words("http https mailto tel"))
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|_, attribute, value| {
            let begins_with_any = |of: &[&str]| {
                of.iter().any(|it| value.get(..it.len()).is_some_and(|start| start.eq_ignore_ascii_case(it)))
            };
            let stays = match attribute {
                "dir" => ["ltr", "rtl", "auto"].iter().any(|dir| value.eq_ignore_ascii_case(dir)),
                // Where another one leads depends on the page that shows it, also of `https:x`.
                "href" | "src" => begins_with_any(&["https://", "http://", "mailto:", "tel:"]),
                _ => true,
            };
            stays.then_some(Cow::Borrowed(value))
        });
    policy
});

/// How often the HTML is sanitised until it stays the same, once for nearly all of it and to see
/// that it does; the rest are mistakes nested in each other.
const PASSES: usize = 8;

/// The HTML without what the policy does not name; sanitising the result changes nothing.
///
/// # Errors
///
/// [`TooIntricate`], see [`effort`].
pub fn sanitise(html: &str) -> Result<String, TooIntricate> {
    let mut before = Cow::Borrowed(html);
    for _ in 0..PASSES {
        effort::check(&before)?;
        let after = with_first_newlines(&POLICY.clean(&before).to_string());
        if after == before {
            return Ok(after);
        }
        before = Cow::Owned(after);
    }
    Err(TooIntricate)
}

// A reader of HTML drops the newline after <pre>, and the serialiser writes none to be dropped.
fn with_first_newlines(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    for (i, part) in html.split("<pre").enumerate() {
        if i == 0 {
            kept.push_str(part);
            continue;
        }
        kept.push_str("<pre");
        match part.split_once(">\n") {
            Some((attributes, content)) if !attributes.contains('>') => {
                kept.push_str(attributes);
                kept.push_str(">\n\n");
                kept.push_str(content);
            }
            _ => kept.push_str(part),
        }
    }
    kept
}

fn words(names: &'static str) -> HashSet<&'static str> {
    names.split_whitespace().collect()
}
