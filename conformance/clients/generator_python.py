"""What openapi-generator has made for Python: list, read, create, and two refusals."""

import os

import maqal_api
from maqal_api.exceptions import ApiException

settings = maqal_api.Configuration(host=os.environ["MAQAL_BASE"], access_token=os.environ["MAQAL_KEY"])
with maqal_api.ApiClient(settings) as client:
    articles = maqal_api.ArticlesApi(client)

    fields = [maqal_api.ArticleField.HEADLINE, maqal_api.ArticleField.PUBLISHED_AT]
    page = articles.list_articles(fields=fields, limit=2)
    assert len(page.data) == 2 and page.data[0].headline and page.data[0].version is None, page

    made = articles.create_article(maqal_api.ArticleInput(language="ar", headline="خبر من openapi-generator"))

    read = articles.read_article(str(made.id)).actual_instance
    assert isinstance(read, maqal_api.Article), read
    assert read.headline == made.headline and read.version == made.version, read

    for call, status in [
        (lambda: articles.read_article("nothing-of-this-name"), 404),
        (lambda: articles.update_article(str(made.id), maqal_api.ArticlePatch(standfirst="x"), if_match='"999"'), 412),
    ]:
        try:
            call()
        except ApiException as refusal:
            assert refusal.status == status, refusal
        else:
            raise AssertionError(f"no {status}")
