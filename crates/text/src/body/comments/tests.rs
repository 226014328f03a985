use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{scanner::Watch, *};
use crate::body::{BodyFormat, effort::Element, render};

/// The tokens of HTML, texts joined, and how many of them are comments.
fn tokens(html: &str) -> (Vec<String>, usize) {
    struct Listener(Watch, RefCell<Vec<String>>, Cell<bool>);

    impl TokenSink for Listener {
        type Handle = Rc<Element>;

        fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Rc<Element>> {
            let mut all = self.1.borrow_mut();
            match &token {
                Token::CharacterTokens(text) => match all.last_mut() {
                    Some(last) if self.2.get() => last.push_str(text),
                    _ => all.push(text.to_string()),
                },
                Token::CommentToken(_) | Token::ParseError(_) | Token::EOFToken => {}
                token => all.push(format!("{token:?}")),
            }
            if !matches!(token, Token::CommentToken(_) | Token::ParseError(_)) {
                self.2.set(matches!(token, Token::CharacterTokens(_)));
            }
            self.0.process_token(token, line)
        }

        fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
            self.0.adjusted_current_node_present_but_not_in_html_namespace()
        }
    }

    let Scanner { tokenizer, input, .. } = Scanner::new(html.len());
    let listener = Listener(tokenizer.sink, RefCell::default(), Cell::new(false));
    let tokenizer = Tokenizer::new(listener, TokenizerOpts::default());
    input.push_back(StrTendril::from(html));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let Listener(watch, all, _) = tokenizer.sink;
    (all.into_inner(), watch.comments.get())
}

fn without(html: &str) -> String {
    super::without(html).expect("plain markup").into_owned()
}

fn in_markdown(body: &str) -> String {
    without_in_markdown(body, Options::ENABLE_TABLES).expect("plain markup").into_owned()
}

#[test]
fn comments_of_every_kind_go() {
    for (html, kept) in [
        ("a<!-- b -->c", "ac"),
        ("a<!-->b", "ab"),
        ("a<!--->b", "ab"),
        ("a<!-- b --!>c", "ac"),
        ("a<!-- b", "a"),
        ("a<!b>c<?d e?>f</ g>h", "acfh"),
        ("<p title='<!-- a -->'>b</p>", "<p title='<!-- a -->'>b</p>"),
        ("<script>'<!-- a -->'</script>b<!-- c -->", "<script>'<!-- a -->'</script>b"),
        ("a < b <!-- c < d > e --> f", "a < b  f"),
        ("<!-- a <!-- b --> c -->", " c -->"),
        ("<![CDATA[a]]>b", "b"),
        ("a</>b", "a</>b"),
        ("", ""),
    ] {
        assert_eq!(without(html), kept, "{html}");
    }
}

#[test]
fn comments_are_empty_in_what_some_browsers_take_for_text() {
    for element in ["noscript", "noembed", "noframes", "iframe"] {
        for (content, kept) in [
            ("a<!-- b -->c<!-- d\n-->", "a<!---->c<!---->"),
            ("a<!-- b --!>c", "a<!----!>c"),
            ("a<!-->b<!--->c<!---->d", "a<!-->b<!--->c<!---->d"),
            ("a<!--!>b-->c", "a<!---->c"),
            ("a<!-- b", "a<!--"),
            ("<b title='<!-- a -->'><</nos<!-- b -->cript<", "<b title='<!---->'><</nos<!---->cript<"),
            ("<!-- سر -->", "<!---->"),
        ] {
            let html = format!("<p>x<!-- y --><{element} a='>'>{content}</{element} b='<'>z<!-- y -->");
            let kept = format!("<p>x<{element} a='>'>{kept}</{element} b='<'>z");
            assert_eq!(without(&html), kept);
            assert_eq!(without(&kept), kept);
        }
        assert_eq!(without(&format!("a<{element}>b<!-- c --> d")), format!("a<{element}>b<!----> d"));
        assert_eq!(
            in_markdown(&format!("a <{element}>b<!-- c --></{element}>")),
            format!("a <{element}>b<!----></{element}>")
        );
        assert_eq!(
            without(&format!("<svg><{element}><!-- a --></{element}>")),
            format!("<svg><{element}></{element}>")
        );
    }
    for shown in ["<xmp><!-- a --></xmp>", "<title><!-- a --></title>", "<plaintext><!-- a -->"] {
        assert_eq!(without(shown), shown);
    }
}

#[test]
fn a_body_of_many_comments_is_looked_through_once() {
    // Were it looked through for each comment again, this would not end.
    for (unit, kept) in [
        ("a<!---->", "a"),
        ("&<!---->a", "&</>a"),
        ("<?a>#", "#"),
        ("<iframe><!--a-->", "<iframe><!---->"),
        ("<iframe><!--a--></iframe>", "<iframe><!----></iframe>"),
    ] {
        assert_eq!(without(&unit.repeat(100_000)).len(), kept.len() * 100_000, "{unit}");
    }
}

#[test]
fn what_a_comment_parted_stays_apart() {
    for (html, kept) in [
        ("<<!-- a -->b>", "<</>b>"),
        ("<<!-- a -->!-- b -->", "<</>!-- b -->"),
        ("&am<!-- a -->p;", "&am</>p;"),
        ("a\r<!-- b -->\nc", "a\r</>\nc"),
    ] {
        assert_eq!(without(html), kept, "{html}");
        assert_eq!(tokens(kept).0, tokens(html).0, "{html}");
    }
}

#[test]
fn in_markdown_code_has_no_comments() {
    for (body, kept) in [
        ("a <!-- b --> `<!-- c -->`", "a  `<!-- c -->`"),
        ("```\n<!-- a -->\n```\n\n<!-- b\n\nc -->\n\nd", "```\n<!-- a -->\n```\n\n\n\nd"),
        ("> <!-- a\n> b -->\n> c", "> \n> c"),
        ("\\<!-- a -->", "\\<!-- a -->"),
        ("<div><!--\n\nsecret *b*\n\n<p>--></div>\n\nc", "<div></div>\n\nc"),
        // Beside text, Markdown writes the > of it as a reference, which closes nothing.
        ("<div><!--\n\nsecret\n\n--></div>\n\nc", "<div>"),
        ("a\n\n<!-- b", "a\n\n"),
        ("1 < 2 <!-- a -->", "1 < 2 "),
        ("- <p></", "- <p>"),
    ] {
        assert_eq!(in_markdown(body), kept, "{body}");
    }
}

fn markup() -> impl Strategy<Value = String> {
    let parts = "<!--|-->|--!>|<!-->|<!--->|<!|<?|</|</ |<|>|-|--|!|<p>|</p>|<p a='|'>|<script>|</script>|<style>|</style>|\
        <title>|</title>|<textarea>|</textarea>|<noscript>|</noscript>|<iframe>|</iframe>|<xmp>|</xmp>|<svg>|</svg>|<math>|<![CDATA[|]]>|<!DOCTYPE html>|<table>|<td>|<select>|&|&amp|;|#|amp|x|\
        \r|\n|\0| |\"|`|```\n|> |\n\n|- |*|[a](b)|    |سلام";
    vec(select(parts.split('|').collect::<Vec<_>>()), 0..30).prop_map(|parts| parts.concat())
}

/// A text without what stands between the signs of comments in it.
fn emptied(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once("<!--") {
        kept.extend([before, "<!--"]);
        rest = if behind.starts_with('>') || behind.starts_with("->") {
            behind
        } else {
            let end = [behind.find("-->"), behind.find("--!>")].into_iter().flatten().min();
            &behind[end.unwrap_or(behind.len())..]
        };
    }
    kept + rest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_comment_is_left_and_nothing_else_is_changed(html in markup()) {
        let kept = without(&html);
        let (now, comments) = tokens(&kept);
        prop_assert_eq!(comments, 0, "{} of {}", kept, html);
        let emptied = |tokens: Vec<String>| tokens.iter().map(|text| emptied(text)).collect::<Vec<_>>();
        prop_assert_eq!(emptied(now), emptied(tokens(&html).0));
        prop_assert_eq!(without(&kept), kept);
    }

    #[test]
    fn no_comment_is_left_in_markdown(body in markup()) {
        if let Ok(kept) = without_in_markdown(&body, Options::ENABLE_TABLES) {
            let mut html = String::new();
            html::push_html(&mut html, Parser::new_ext(&kept, Options::ENABLE_TABLES));
            prop_assert_eq!(tokens(&html).1, 0, "{} of {}", kept, body);
        }
    }

    #[test]
    fn what_is_shown_has_none(words in vec(select(vec!["<!--", "secret", "-->", "<b>", "open", "</b>", "\n\n"]), 0..12)) {
        let body = words.concat();
        let shown = render(&without(&body), BodyFormat::Html).expect("plain markup").text;
        prop_assert_eq!(shown, render(&body, BodyFormat::Html).expect("plain markup").text);
    }
}
