CREATE INDEX CONCURRENTLY articles_byline_sort_date ON articles (byline, sort_date, id) WHERE byline IS NOT NULL;
