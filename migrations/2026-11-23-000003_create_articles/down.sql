DROP TABLE article_entities;
DROP TABLE article_tags;
DROP TABLE articles;
DROP FUNCTION count_linked_articles;
DROP FUNCTION redate_article_links;
DROP FUNCTION date_article_link;
