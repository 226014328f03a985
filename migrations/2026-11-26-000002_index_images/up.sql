CREATE INDEX CONCURRENTLY articles_image_sort_date ON articles (sort_date, id) WHERE image IS NOT NULL;
