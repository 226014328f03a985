//! HTML reduced to what an article needs.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use percent_encoding::percent_decode_str;
use url::Url;

use super::TooIntricate;
use super::effort;
use crate::bidi;

const TAGS: &str = "a abbr aside b bdi blockquote br caption cite code col colgroup dd del \
    details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p \
    pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th \
    thead time tr u ul var wbr";

/// Elements that an article does not need as such, and what they become: all other blocks of the HTML standard's
/// rendering section, so that their texts stay apart; and what overrides the direction of letters, which shows them in
/// another order than they are read, as an isolate of that direction.
const INSTEAD: [(&str, &str); 19] = [
    ("bdo", "bdi"),
    ("address", "div"),
    ("article", "div"),
    ("center", "div"),
    ("dialog", "div"),
    ("dir", "ul"),
    ("fieldset", "div"),
    ("footer", "div"),
    ("form", "div"),
    ("header", "div"),
    ("hgroup", "div"),
    ("legend", "div"),
    ("listing", "pre"),
    ("main", "div"),
    ("menu", "ul"),
    ("nav", "div"),
    ("optgroup", "div"),
    ("option", "div"),
    ("search", "div"),
];

/// Blocks whose content is text as it stands, without tags and references.
const RAW_BLOCKS: [&str; 2] = ["xmp", "plaintext"];

/// Elements whose content is not text of the article either.
const REMOVED_WITH_CONTENT: &str = "script style template title textarea select button datalist iframe \
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
        .tags(words(TAGS).into_iter().chain(INSTEAD.map(|(element, _)| element)).chain(RAW_BLOCKS).collect())
        .clean_content_tags(words(REMOVED_WITH_CONTENT))
        .generic_attributes(words(GENERIC_ATTRIBUTES))
        .tag_attributes(attributes)
        .url_schemes(words("http https mailto tel data"))
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|_, attribute, value| {
            let begins_with_any = |of: &[&str]| {
                of.iter().any(|it| value.get(..it.len()).is_some_and(|start| start.eq_ignore_ascii_case(it)))
            };
            if attribute == "src"
                && let Some(picture) = small_picture(value)
            {
                return Some(picture);
            }
            let stays = match attribute {
                "dir" => ["ltr", "rtl", "auto"].iter().any(|dir| value.eq_ignore_ascii_case(dir)),
                // Where another one leads depends on the page that shows it, also of `https:x`.
                "href" | "src" if begins_with_any(&["https://", "http://"]) => names_no_user(value),
                "href" | "src" => begins_with_any(&["mailto:", "tel:"]),
                _ => true,
            };
            stays.then_some(Cow::Borrowed(value))
        });
    policy
});

/// Whether a URL can be read, and says nothing before the host: a reader takes the name of a user for the host.
fn names_no_user(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.username().is_empty() && url.password().is_none())
}

/// The longest `data:` URL of a picture that is kept, in bytes.
pub const MAX_PICTURE: usize = 64 << 10;

/// A URL that is itself a picture (RFC 2397), of a kind that holds nothing else, and a small one, in base64, in its one
/// spelling: a media type has no case and may have parameters, and white space and percent-encoded signs may stand in
/// what follows.
fn small_picture(url: &str) -> Option<Cow<'_, str>> {
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
    let (scheme, rest) = url.trim().split_once(':')?;
    let (about, data) =
        rest.split_once(',').filter(|_| scheme.eq_ignore_ascii_case("data") && url.len() <= MAX_PICTURE)?;
    let (about, coding) = about.rsplit_once(';')?;
    let given = about.split(';').next().unwrap_or_default().trim();
    let kind = kinds.into_iter().find(|kind| given.eq_ignore_ascii_case(kind))?;
    let data: String = percent_decode_str(data).decode_utf8().ok()?.split_ascii_whitespace().collect();
    let is_base64 = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'=');
    if !coding.trim().eq_ignore_ascii_case("base64") || data.is_empty() || !data.bytes().all(is_base64) {
        return None;
    }
    let written = format!("data:{kind};base64,{data}");
    Some(if written == url { Cow::Borrowed(url) } else { Cow::Owned(written) })
}

/// How often the HTML is sanitised until it stays the same, once for nearly all of it and to see
/// that it does; the rest are mistakes nested in each other.
const PASSES: usize = 8;

/// The HTML without what the policy does not name, without control characters, and with nothing open that changes the
/// direction; sanitising the result changes nothing.
///
/// # Errors
///
/// [`TooIntricate`], see [`effort`].
pub fn sanitise(html: &str) -> Result<String, TooIntricate> {
    let mut before = Cow::Borrowed(html);
    for _ in 0..PASSES {
        effort::check(&before)?;
        let clean = POLICY.clean(&before).to_string();
        let plain = with_plain_blocks(&clean);
        // References to characters may have brought some that the body itself does not have. What they stood before may
        // begin its element now.
        let shown = without_controls(&plain);
        let after = with_first_newlines(&bidi::balanced_html(&shown)).into_owned();
        if after == before {
            return Ok(after);
        }
        before = Cow::Owned(after);
    }
    Err(TooIntricate)
}

fn without_controls(html: &str) -> Cow<'_, str> {
    let is_left_out = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if html.contains(is_left_out) { Cow::Owned(html.replace(is_left_out, "")) } else { Cow::Borrowed(html) }
}

/// HTML as a serialiser writes it, with those of [`INSTEAD`] and [`RAW_BLOCKS`] as what they become. What that makes of HTML which
/// is broken is sanitised again, as all that changes.
fn with_plain_blocks(html: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        let name = tag.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let end = bidi::tag_length(tag);
        plain.push_str(text);
        if RAW_BLOCKS.contains(&name) {
            let content = &tag[end..];
            let closing = format!("</{name}>");
            // Nothing follows plain text but the ends of what it is in.
            let length = if name == "xmp" { content.find(&closing) } else { content.rfind(&closing) };
            let length = length.unwrap_or(content.len());
            plain.push_str("<pre>");
            plain
                .push_str(&content[..length].replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
            plain.push_str("</pre>");
            rest = content[length..].strip_prefix(&*closing).unwrap_or_default();
        } else {
            let becomes =
                INSTEAD.iter().find(|(element, _)| *element == name).map_or(name, |(_, becomes)| becomes);
            plain.push_str(&tag[..end].replacen(name, becomes, 1));
            rest = &tag[end..];
        }
    }
    if plain.is_empty() {
        return Cow::Borrowed(html);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// HTML as a serialiser writes it, with a line break that begins a `<pre>` written twice: a reader of HTML drops the first
/// one, and the serialiser writes none to be dropped.
fn with_first_newlines(html: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut rest = html;
    while let Some(start) = rest.find("<pre") {
        let end = start + bidi::tag_length(&rest[start..]);
        kept.push_str(&rest[..end]);
        rest = &rest[end..];
        if rest.starts_with(['\n', '\r']) {
            kept.push('\n');
        }
    }
    if kept.is_empty() {
        return Cow::Borrowed(html);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn words(names: &'static str) -> HashSet<&'static str> {
    names.split_whitespace().collect()
}
