-- An article moves when any of its columns does, whichever there will be: no list of them that a new one could be missing
-- from. A condition of the trigger may not compare whole rows, since one column is generated.
CREATE FUNCTION touch_article() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was articles := OLD;
BEGIN
    -- These are kept by the database itself; a generated column has no value yet.
    was.created_at := NEW.created_at;
    was.updated_at := NEW.updated_at;
    was.sort_date := NEW.sort_date;
    IF was IS DISTINCT FROM NEW THEN
        IF NEW.version = OLD.version THEN
            NEW.version := OLD.version + 1;
        END IF;
        NEW.updated_at := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER articles_touch ON articles;
CREATE TRIGGER articles_touch BEFORE UPDATE ON articles
    FOR EACH ROW EXECUTE FUNCTION touch_article();
