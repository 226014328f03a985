DROP TRIGGER articles_outdate_search ON articles;
DROP FUNCTION outdate_article_search;
DROP TABLE article_search;
