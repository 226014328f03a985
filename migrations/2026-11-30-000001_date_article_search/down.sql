DROP TRIGGER articles_redate_search ON articles;
DROP FUNCTION redate_article_search;
DROP TRIGGER article_search_date ON article_search;
ALTER TABLE article_search DROP COLUMN published_at;
