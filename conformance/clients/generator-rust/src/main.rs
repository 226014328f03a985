//! What openapi-generator has made for Rust: list, read, create, and two refusals.

use maqal_api::{
    apis::{Error, ResponseContent, articles_api as articles, configuration::Configuration},
    models::{ArticleField, ArticleInput, ArticlePatch},
};

fn status<T, E>(answer: Result<T, Error<E>>) -> Option<u16> {
    match answer {
        Err(Error::ResponseError(ResponseContent { status, .. })) => Some(status.as_u16()),
        _ => None,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let setting = |name| std::env::var(name).expect(name);
    let configuration = Configuration {
        base_path: setting("MAQAL_BASE"),
        bearer_access_token: Some(setting("MAQAL_KEY")),
        ..Configuration::default()
    };
    let fields = vec![ArticleField::Headline, ArticleField::PublishedAt];
    #[rustfmt::skip]
    let page = articles::list_articles(
        &configuration, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, Some(fields), None, None, None, Some(2), None, None,
    );
    let page = page.await.expect("a list");
    assert!(page.data.len() == 2 && page.data.iter().all(|it| it.headline.is_some() && it.version.is_none()));

    let input = ArticleInput::new("ar".to_owned(), "خبر من openapi-generator".to_owned());
    let made = articles::create_article(&configuration, input, None).await.expect("an article");

    let id = made.id.to_string();
    let read = articles::read_article(&configuration, &id, None, None).await.expect("the article");
    assert_eq!((read.headline, read.version), (made.headline, made.version));

    let missing = articles::read_article(&configuration, "nothing-of-this-name", None, None).await;
    assert_eq!(status(missing), Some(404));
    let stale = articles::update_article(&configuration, &id, ArticlePatch::new(), Some("\"999\"")).await;
    assert_eq!(status(stale), Some(412));
}
