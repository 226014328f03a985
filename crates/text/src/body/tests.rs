use std::time::{Duration, Instant};

use super::*;

mod laws;

fn html(source: &str) -> Rendered {
    render(source, BodyFormat::Html).unwrap()
}

fn markdown(source: &str) -> Rendered {
    render(source, BodyFormat::Markdown).unwrap()
}

#[test]
fn plain_text_becomes_paragraphs() {
    let body = "سطر أول\nسطر <ثان> & آخر\r\n \nفقرة\n";
    let rendered = render(body, BodyFormat::Text).unwrap();
    assert_eq!(rendered.html, "<p>سطر أول<br>\nسطر &lt;ثان&gt; &amp; آخر</p>\n<p>فقرة</p>\n");
    assert_eq!(rendered.text, body);
    assert_eq!(render(" \n", BodyFormat::Text).unwrap().html, "");
}

#[test]
fn markdown_is_rendered() {
    let rendered = markdown(
        "# عنوان\n\nنص **مهم** و~~قديم~~ [رابط](https://a.example/).\n\n- واحد\n- اثنان\n  1. فرع\n\n\
         | a | b |\n|---|---|\n| 1 | 2 |\n\n```\n x\n\n  y\n```\n<script>alert(1)</script>end",
    );
    assert_eq!(
        rendered.text,
        "عنوان\n\nنص مهم وقديم رابط.\n\nواحد\nاثنان\nفرع\n\na\tb\n1\t2\n\n x\n\n  y\n\nend"
    );
    assert!(rendered.html.contains("<a href=\"https://a.example/\" rel=\"noopener noreferrer\">رابط</a>"));
    assert!(!markdown("[x](javascript:alert(1))").html.contains("javascript"));
}

#[test]
fn what_an_article_needs_stays() {
    for kept in [
        "<p dir=\"rtl\" lang=\"ar\">قال <bdi>BBC</bdi> و<bdi dir=\"ltr\">12</bdi></p>",
        "<figure><img src=\"https://a.example/a.jpg\" alt=\"صورة\"><figcaption>x</figcaption></figure>",
        "<blockquote><p>a</p></blockquote><h2>b</h2><ol start=\"3\"><li>c</li></ol>",
        "<table><thead><tr><th scope=\"col\">a</th></tr></thead></table><pre>\n\nb</pre>",
    ] {
        assert_eq!(html(kept).html, kept);
    }
}

#[test]
fn what_is_unsafe_goes() {
    for (source, safe) in [
        ("<script>alert(1)</script>a<style>b{}</style>", "a"),
        ("<p onclick=\"x()\" style=\"color:red\" dir=\"up\" id=\"a\">a</p>", "<p>a</p>"),
        ("<img src=\"data:image/png,x\" onerror=x>", "<img>"),
        ("<iframe src=\"https://a.example/\">b</iframe>a<svg><a>b</a></svg>", "a"),
        ("<a href=\" java\tscript:x()\" target=_top>a</a>", "<a rel=\"noopener noreferrer\">a</a>"),
        ("<title>t</title><body><main>a<!-- b -->", "<div>a</div>"),
        ("a <bdo dir=\"rtl\">txt.exe</bdo>", "a <bdi dir=\"rtl\">txt.exe</bdi>"),
        ("<p>a<object><p>b</p></object>", "<p>a</p><p>b</p><p></p>"),
    ] {
        assert_eq!(html(source).html, safe);
    }
}

#[test]
fn no_address_depends_on_the_page_that_shows_it() {
    for address in [
        "//a.example/x",
        "/x",
        "x.jpg",
        "../x",
        "#x",
        "?x",
        "",
        "https:x",
        "https:/x",
        "\\\\a.example",
        "/\\a.example",
        " //x",
    ] {
        assert_eq!(html(&format!("<img alt=\"a\" src=\"{address}\">")).html, "<img alt=\"a\">", "{address}");
        let link = html(&format!("<a href=\"{address}\">a</a>")).html;
        assert!(!link.contains("href"), "{address}: {link}");
        let link = markdown(&format!("[a](<{address}>) ![b](<{address}>)")).html;
        assert!(!link.contains("href") && !link.contains("src"), "{address}: {link}");
    }
    for address in ["https://a.example/x", "HTTP://a.example", "mailto:a@a.example", "tel:1"] {
        let link = html(&format!("<a href=\"{address}\">a</a>")).html;
        assert!(link.contains(&format!("href=\"{address}\"")), "{link}");
    }
}

#[test]
fn small_pictures_stay_and_nothing_else_that_is_data() {
    let picture = |kind: &str, data: &str| format!("data:{kind};base64,{data}");
    for kind in ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"] {
        let kept = format!("<img src=\"{}\" alt=\"a\">", picture(kind, "iVBORw0KGgo+/A=="));
        assert_eq!(html(&kept).html, kept);
        assert!(markdown(&format!("![a]({})", picture(kind, "iVBORw0KGgo="))).html.contains("src=\"data:"));
    }
    for refused in [
        picture("image/png", &"A".repeat(sanitise::MAX_PICTURE)),
        picture("image/svg+xml", "PHN2Zz4="),
        picture("text/html", "PGI+"),
        picture("image/png", ""),
        picture("image/png", "A&quot;A"),
        picture("image/png", "A%22A"),
        picture("text/html;image/png", "PGI+"),
        picture("image/pngx", "AAAA"),
        "data:image/png,AAAA".to_owned(),
        "data:image/png;base64;x,AAAA".to_owned(),
        "data:image/png;base64".to_owned(),
        "data:image/svg+xml,%3Csvg%2F%3E".to_owned(),
        "xdata:image/png;base64,AAAA".to_owned(),
    ] {
        assert_eq!(html(&format!("<img alt=a src=\"{refused}\">")).html, "<img alt=\"a\">");
    }
    let link = html(&format!("<a href=\"{}\">a</a>", picture("image/png", "AAAA"))).html;
    assert!(!link.contains("href"), "{link}");
}

#[test]
fn a_picture_is_kept_however_its_address_is_spelled() {
    let kept = "<img src=\"data:image/png;base64,iVBORw0KGgo+/A==\" alt=\"a\">";
    for kind in [
        "image/png",
        "image/PNG",
        "IMAGE/Png",
        "image/png;charset=x",
        "image/png; Charset=\"x\"",
        " image/png ",
    ] {
        for (scheme, coding) in [("data", "base64"), ("Data", "BASE64"), (" DATA", " base64 ")] {
            for data in ["iVBORw0KGgo+/A==", "iVBORw0KGgo%2B%2fA%3D%3d", "iVBOR%77 0KGgo+%0A/A=="] {
                let source = format!("{scheme}:{kind};{coding},{data}").replace('"', "&quot;");
                assert_eq!(html(&format!("<img src=\"{source}\" alt=\"a\">")).html, kept, "{source}");
            }
        }
    }
    assert_eq!(html(kept).html, kept);
    let shown = markdown("![a](data:image/PNG;charset=x;base64,iVBORw0KGgo%3D)").html;
    assert!(shown.contains("src=\"data:image/png;base64,iVBORw0KGgo=\""), "{shown}");
}

#[test]
fn what_changes_the_direction_ends_with_its_paragraph() {
    let rendered = html("<p>&#x202E;a&#x2067;b</p><p title='&#8238;x'>c&#8297;d\u{202C}</p>");
    assert_eq!(rendered.html, "<p>a\u{2067}b\u{2069}</p><p title=\"x\">cd</p>");
    assert_eq!(rendered.text, "a\u{2067}b\u{2069}\n\ncd");
}

#[test]
fn no_reference_brings_a_control_character() {
    for source in ["x&#27;[2Jy", "x&#x1b;[2Jy", "x&#x7f;[2J&#x81;y"] {
        for rendered in [html(source), markdown(source)] {
            assert_eq!(rendered.text, "x[2Jy");
            assert!(!rendered.html.trim_end().contains(char::is_control), "{:?}", rendered.html);
        }
    }
    assert!(!html("<p title='&#27;x'>y</p>").html.contains('\u{1b}'));
}

#[test]
fn text_is_laid_out_as_in_a_browser() {
    for (source, text) in [
        ("  <p>a \n b&nbsp;c</p>d<br>e<br><br>f ", "a b\u{A0}c\n\nd\ne\n\nf"),
        ("<h1>a</h1><div><div><p>b<br></p></div></div>c", "a\n\nb\n\nc"),
        ("<ul><li>a<ul><li>b</li></ul></li><li> c</li></ul>d", "a\nb\nc\n\nd"),
        ("<table><tr><td>a<td> <td>b<tr><th>c</table>", "a\tb\nc"),
        ("<p>a</p><pre>\n  b\n\n c\n</pre><p>d", "a\n\n  b\n\n c\n\nd"),
        ("x&lt;b&gt;&amp;lt; &#1593;", "x<b>&lt; ع"),
        ("a<b>b</b> <i> c</i>", "ab c"),
        ("<hr><p> </p>", ""),
    ] {
        assert_eq!(html(source).text, text);
    }
}

/// The elements of HTML, those of the standard and those that it calls obsolete, but for what a reader of HTML takes
/// for no element where it stands alone: parts of tables and of the page.
const ELEMENTS: &str = "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big \
    blink blockquote br button canvas center cite code data datalist dd del details dfn dialog dir div dl dt em embed \
    fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd keygen \
    label legend li link listing main map mark marquee math menu meta meter multicol nav nextid nobr noembed noframes \
    noscript object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp script \
    search section select slot small source spacer span strike strong style sub summary sup svg template textarea time \
    title track tt u ul var video wbr xmp x-unknown";

/// Those that the standard's rendering section shows as blocks or list items, and what breaks a line.
const BLOCKS: &str = "address article aside blockquote br center dd details dialog dir div dl dt fieldset figcaption \
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p \
    plaintext pre search section summary ul xmp";

#[test]
fn blocks_stand_apart_and_nothing_else_does() {
    for element in ELEMENTS.split_whitespace() {
        let is_block = BLOCKS.split_whitespace().any(|block| block == element);
        for source in [
            format!("القاهرة<{element}>مراسلنا</{element}>غدا"),
            format!("<div>القاهرة<{element} dir=rtl>مراسلنا</{element}>غدا</div>"),
            format!("<p>القاهرة<{element}>مراسلنا"),
        ] {
            let rendered = html(&source);
            if !rendered.text.contains('غ') && !rendered.text.contains('م') {
                continue;
            }
            assert_eq!(html(&rendered.html), rendered);
            for text in [rendered.text, markdown(&source).text] {
                let is_apart = !text.contains("القاهرةم") && !text.contains("القاهرةغ");
                assert_eq!(is_apart, is_block || element == "q", "{source}: {text}");
            }
        }
    }
    assert_eq!(html("<center>القاهرة</center><center>مراسلنا</center>").text, "القاهرة\n\nمراسلنا");
}

#[test]
fn a_block_becomes_one_that_an_article_needs() {
    for (source, safe) in [
        ("<article lang=ar><header>a</header>b</article>", "<div lang=\"ar\"><div>a</div>b</div>"),
        ("<menu><li>a</menu>", "<ul><li>a</li></ul>"),
        ("<xmp><script>a</script>&amp;</xmp>b", "<pre>&lt;script&gt;a&lt;/script&gt;&amp;amp;</pre>b"),
        (
            "<div><plaintext><b>a</plaintext></div>",
            "<div><pre>&lt;b&gt;a&lt;/plaintext&gt;&lt;/div&gt;</pre></div>",
        ),
        ("<listing>\na</listing><form action=x onsubmit=y>b", "<pre>a</pre><div>b</div>"),
        ("<p title='<form>'>a", "<p title=\"&lt;form&gt;\">a</p>"),
    ] {
        assert_eq!(html(source).html, safe);
    }
}

#[test]
fn preformatted_text_keeps_the_line_break_that_it_begins_with() {
    for (source, safe) in [
        ("<pre lang=x>\u{202E}\r", "<pre lang=\"x\">\n\n</pre>"),
        ("<pre>&#x202E;\na", "<pre>\n\na</pre>"),
        ("<pre>&#1;\u{85}\na", "<pre>\n\na</pre>"),
        ("<pre>&#10;a", "<pre>a</pre>"),
        ("<pre>&#13;a", "<pre>\n\na</pre>"),
        ("<listing>\n\na", "<pre>\n\na</pre>"),
        ("<xmp>\n\na</xmp>", "<pre>\n\n\na</pre>"),
        ("<pre title='>\n'>a", "<pre title=\"&gt;\n\">a</pre>"),
        ("<pre><b>\na</b>", "<pre><b>\na</b></pre>"),
    ] {
        let rendered = html(source);
        assert_eq!(rendered.html, safe, "{source:?}");
        assert_eq!(html(&rendered.html), rendered, "{source:?}");
    }
}

#[test]
fn quotations_have_their_marks() {
    assert_eq!(html("قال <q>نعم <q>غدا</q> </q>ومضى").text, "قال “نعم ‘غدا’” ومضى");
    assert_eq!(html("<q><p>a</p></q>b</q><q></q>").text, "“a”\n\nb");
    assert_eq!(html("<q>a</q>").html, "<q>a</q>");
}

#[test]
fn lines_end_in_every_way() {
    for body in
        ["سطر\nثان\n\nفقرة", "سطر\rثان\r\rفقرة", "سطر\r\nثان\r\n\r\nفقرة", "سطر\u{2028}ثان\u{2029}فقرة"]
    {
        let rendered = render(body, BodyFormat::Text).unwrap();
        assert_eq!(rendered.html, "<p>سطر<br>\nثان</p>\n<p>فقرة</p>\n");
        assert_eq!(rendered.text, body);
    }
}

#[test]
fn emphasis_stands_beside_letters_that_are_written_together() {
    for (source, expected) in [
        ("و**«القدس»**", "و<strong>«القدس»</strong>"),
        ("**«القدس»**و", "<strong>«القدس»</strong>و"),
        ("وَ*«القدس»*", "وَ<em>«القدس»</em>"),
        ("لـ**(الأمم المتحدة)**نا", "لـ<strong>(الأمم المتحدة)</strong>نا"),
        ("**نعم،**قال", "<strong>نعم،</strong>قال"),
        ("قال\u{200F}**\"نعم\"**", "قال\u{200F}<strong>\"نعم\"</strong>"),
        ("~~«قديم»~~و", "<del>«قديم»</del>و"),
        ("و***«القدس»***ثم", "و<em><strong>«القدس»</strong></em>ثم"),
        ("ב**\"הארץ\"**", "ב<strong>\"הארץ\"</strong>"),
        ("**「東京」**は**「大阪」**", "<strong>「東京」</strong>は<strong>「大阪」</strong>"),
        ("**「서울」**은", "<strong>「서울」</strong>은"),
        ("ที่**“ไทย”**และ", "ที่<strong>“ไทย”</strong>และ"),
        ("**北京。**OK", "<strong>北京。</strong>OK"),
        (
            "[و**«القدس»**](https://a.example/و**«x»)",
            "<a href=\"https://a.example/%D9%88**%C2%ABx%C2%BB\" rel=\"noopener noreferrer\">و<strong>«القدس»</strong></a>",
        ),
        ("`و**«القدس»**`", "<code>و**«القدس»**</code>"),
        // As in CommonMark.
        ("l'a**«été»**", "l'a**«été»**"),
        ("و\\*\\*«القدس»\\*\\*", "و**«القدس»**"),
        ("قال **نعم**. ثم", "قال <strong>نعم</strong>. ثم"),
        ("#عام_«دراسي»_جديد", "#عام_«دراسي»_جديد"),
        ("و**القدس**نا", "و<strong>القدس</strong>نا"),
    ] {
        assert_eq!(markdown(source).html, format!("<p>{expected}</p>\n"), "{source}");
    }
}

#[test]
fn footnotes_stand_at_the_end() {
    let rendered = markdown(
        "نص[^b] و[^a] ثم[^b]، و[^x].\n\n[^a]: الأولى[^c]\n\n    تتمة\n[^b]: الثانية\n[^c]:\n    - بند\n[^d]: أخرى\n\nآخر",
    );
    assert_eq!(
        rendered.text,
        "نص[1] و[2] ثم[1]، و[^x].\n\nآخر\n\n[1] الثانية\n\n[2] الأولى[3]\n\nتتمة\n\n[3]\n\nبند\n\n[4] أخرى"
    );
    assert!(rendered.html.contains("نص<sup>[1]</sup>"), "{}", rendered.html);
    assert!(
        rendered.html.contains("<hr>\n<div>\n<p><sup>[1]</sup> الثانية</p>\n</div>"),
        "{}",
        rendered.html
    );
}

#[test]
fn words_are_counted() {
    assert_eq!(word_count("قالت الوزيرة: \"نعم\"، 3.5 %"), 4);
    assert_eq!(word_count("L'été n'est pas fini — گفت"), 5);
}

/// A megabyte where it can be had in a second.
const MUCH: usize = if cfg!(debug_assertions) { 1 << 17 } else { 1 << 20 };

/// Renders what could overflow a stack or take quadratic time, in a thread of a server's size.
fn endures(source: String, format: BodyFormat) -> Result<Rendered, TooIntricate> {
    let rendering = move || {
        let start = Instant::now();
        let rendered = render(&source, format);
        assert!(start.elapsed() < Duration::from_secs(60));
        rendered
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(rendering).unwrap().join().unwrap()
}

fn numbered(of: impl Fn(usize) -> String, bytes: usize) -> String {
    let mut text = String::new();
    (0..)
        .take_while(|&i| {
            text.push_str(&of(i));
            text.len() < bytes
        })
        .count();
    text
}

#[test]
fn much_nested_html_is_refused_in_time() {
    for tag in ["<div>", "<b>", "<span>", "<ul><li>", "<blockquote>", "<table><td>", "<svg>"] {
        let source = tag.repeat(MUCH / tag.len());
        assert!(endures(source, BodyFormat::Html).is_err(), "{tag}");
    }
    let half = MUCH / 2;
    let formatting = numbered(|i| format!("<p><b a={i}></p>"), half / 32);
    for source in [
        format!("<a {}>", numbered(|i| format!("a{i} "), MUCH)),
        numbered(|i| format!("<html a{i}>"), MUCH),
        "&".repeat(MUCH),
        format!("<a title='{}'>", "«".repeat(MUCH / 2)),
        format!("<table>{}", "<hr>".repeat(MUCH / 4)),
        formatting + &"<p>x".repeat(half / 4),
        format!("<p><b title='{}'></p>{}", "x".repeat(half), "<p>x".repeat(half / 4)),
    ] {
        assert!(endures(source, BodyFormat::Html).is_err());
    }
}

#[test]
fn much_else_is_rendered_in_time() {
    for tag in
        ["<p>", "<li>", "<hr>", "</div>", "</p>", "<b>x</b>", "<p dir=rtl>سلام ", "<", "& <br>", "<!--", "x "]
    {
        let source = tag.repeat(MUCH / tag.len());
        assert!(endures(source, BodyFormat::Html).is_ok(), "{tag}");
    }
    for source in [
        "[", "![", "*", "*a ", "**a *a ", "_a ", "[a](", "`", "- ", "<a ", "\\[", "a\n\n", "a  \n", "[^a]",
        "[^a]: ", "و**«",
    ] {
        let text = source.repeat(MUCH / source.len());
        assert!(endures(text, BodyFormat::Markdown).is_ok(), "{source}");
    }
    let quotes = ">".repeat(MUCH);
    assert!(endures(quotes, BodyFormat::Markdown).is_err());
}
