-- Whoever moves links and sees to what their articles are found by says so for the transaction:
-- maqal.links_are_moved. A row of article_search is in the index of all of its words, so that to mark
-- it outdated costs as much as to write it anew.
CREATE OR REPLACE FUNCTION outdate_linked_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained text := 'SELECT article_id FROM new_links';
    lost text := 'SELECT article_id FROM old_links JOIN %2$I ON %2$I.id = %1$I';
    moved text := 'SELECT article_id FROM (
        (SELECT article_id, %1$I FROM old_links EXCEPT SELECT article_id, %1$I FROM new_links) UNION ALL
        (SELECT article_id, %1$I FROM new_links EXCEPT SELECT article_id, %1$I FROM old_links)) AS link';
BEGIN
    IF current_setting('maqal.links_are_moved', true) = 'on' THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'UPDATE article_search SET analysis = 0 WHERE analysis <> 0 AND article_id = ANY (ARRAY('
            || CASE TG_OP WHEN 'INSERT' THEN gained WHEN 'DELETE' THEN lost ELSE moved END || '))',
        TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END
$$;
