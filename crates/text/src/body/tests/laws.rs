use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn markup() -> impl Strategy<Value = String> {
    let parts = "\u{202E}|\u{2067}|\u{2069}|&#x202B;|<p>|</p>|<b>|</b>|<i a=1>|</i>|<a href=x>|</a>|<div dir=rtl>|</div>|<table>|</table>|<tr>|<td>|</td>|<li>|\
        <ul>|</ul>|<pre>|</pre>|<pre lang=x>|<br>|\n|&|&lt;|<|>|</|<!--|-->|\"|'|<svg>|</svg>|<math>|<mi>|<style>|</style>|\
        <script>|</script>|<select>|<option>|<object>|</object>|<h1>|</h2>|<bdo dir=ltr>|<template>|<caption>|\
        <img src=x onerror=y>|<a href=javascript:x>|<dd>|<dt>|<ruby>|<rt>|<rp>|<details>|<summary>|<center>|</form>|<form>|<xmp>|</xmp>|<plaintext>|<listing>|<option>|<q>|</q>|<dir>|[^x]|[^x]: |و**«|x|سلام| |&nbsp;|&#10;|&#13;|&#1;|&#x202E;|\u{85}|<pre title='>\n'>|</listing>|<textarea>|</textarea>|<noscript>|</noscript>|\
        \0|\r|*|_|`|[|](|#|> |- |    ";
    vec(select(parts.split('|').collect::<Vec<_>>()), 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_renders(text in any::<String>()) {
        for format in [BodyFormat::Text, BodyFormat::Markdown, BodyFormat::Html] {
            prop_assert!(render(&text, format).is_ok());
        }
    }

    #[test]
    fn sanitising_again_changes_nothing(source in markup()) {
        for format in [BodyFormat::Text, BodyFormat::Markdown, BodyFormat::Html] {
            let once = render(&source, format).unwrap();
            for tag in once.html.split('<').skip(1).filter_map(|part| part.split('>').next()) {
                for part in ["script", "style", "onerror"] {
                    prop_assert!(!tag.contains(part), "{tag}");
                }
            }
            if format != BodyFormat::Text {
                prop_assert_eq!(render(&once.html, BodyFormat::Html).unwrap(), once);
            }
        }
    }

    #[test]
    fn markdown_without_such_letters_is_common_mark(source in r"([a-zéωя«»(),. ]|\*{1,3}|~~|\n){0,40}") {
        let mut expected = String::new();
        pulldown_cmark::html::push_html(&mut expected, pulldown_cmark::Parser::new_ext(&source, markdown::OPTIONS));
        prop_assert_eq!(markdown::to_html(&source), expected);
    }

    #[test]
    fn emphasis_may_stand_anywhere_between_letters(
        before in "[ء-ي\u{64B}א-ת가-힣ぁ-んก-ฮ中]{0,3}",
        run in select(&["*", "**", "***", "~~"][..]),
        marks in select(&[("«", "»"), ("\"", "\""), ("(", ")"), ("「", "」"), ("", "؟"), ("", "،"), ("", "")][..]),
        text in "[ء-يא-ת가-힣ぁ-んก-ฮ中]{1,4}",
        after in "[ء-يא-ת가-힣ぁ-んก-ฮ中]{0,3}",
    ) {
        let source = format!("x {before}{run}{}{text}{}{run}{after}", marks.0, marks.1);
        let rendered = markdown(&source);
        prop_assert_eq!(rendered.text, format!("x {before}{}{text}{}{after}", marks.0, marks.1), "{}", rendered.html);
    }

    #[test]
    fn escaped_markup_is_text(source in vec(select("<>&ab/ ".chars().collect::<Vec<_>>()), 0..40).prop_map(String::from_iter)) {
        let escaped = source.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let text = html(&escaped).text;
        prop_assert_eq!(text, source.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}
