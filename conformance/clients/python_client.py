"""What openapi-python-client has made: list, read, create, and two refusals."""

import os

from maqal_client import AuthenticatedClient
from maqal_client.api.articles import create_article, list_articles, read_article, update_article
from maqal_client.models import Article, ArticleField, ArticleInput, ArticlePage, ArticlePatch, Problem
from maqal_client.types import Unset

client = AuthenticatedClient(base_url=os.environ["MAQAL_BASE"], token=os.environ["MAQAL_KEY"])

fields = [ArticleField.HEADLINE, ArticleField.PUBLISHED_AT]
page = list_articles.sync(client=client, fields=fields, limit=2)
assert isinstance(page, ArticlePage) and len(page.data) == 2, page
assert isinstance(page.data[0].headline, str) and isinstance(page.data[0].version, Unset), page.data[0]

made = create_article.sync(client=client, body=ArticleInput(language="ar", headline="خبر من openapi-python-client"))
assert isinstance(made, Article), made

read = read_article.sync(str(made.id), client=client)
assert isinstance(read, Article) and read.headline == made.headline and read.version == made.version, read

missing = read_article.sync_detailed("nothing-of-this-name", client=client)
assert missing.status_code == 404 and isinstance(missing.parsed, Problem), missing

stale = update_article.sync_detailed(str(made.id), client=client, body=ArticlePatch(standfirst="x"), if_match='"999"')
assert stale.status_code == 412 and isinstance(stale.parsed, Problem), stale
