-- A translation may be translated on, but no article is, by way of others, a translation of itself.
CREATE FUNCTION refuse_translation_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original uuid := NEW.translation_of;
    -- So far a walk goes: cycles of before have no end, and each line of a long chain would walk all of it. Whether
    -- there is a cycle beyond, nobody knows, so that is refused.
    steps int := 100;
BEGIN
    WHILE original IS NOT NULL LOOP
        IF original = NEW.id THEN
            RAISE EXCEPTION 'article % would be a translation of itself', NEW.slug
                USING ERRCODE = 'check_violation', TABLE = 'articles', CONSTRAINT = 'articles_translation_of_acyclic';
        END IF;
        IF steps = 0 THEN
            RAISE EXCEPTION 'article % would be a translation by way of too many others', NEW.slug
                USING ERRCODE = 'check_violation', TABLE = 'articles', CONSTRAINT = 'articles_translation_of_depth';
        END IF;
        steps := steps - 1;
        IF TG_OP = 'UPDATE' THEN
            -- Two changes that are harmless alone can close a cycle together: nobody else changes these now.
            SELECT translation_of INTO original FROM articles WHERE id = original FOR SHARE;
        ELSE
            -- A new article is known to nobody else.
            SELECT translation_of INTO original FROM articles WHERE id = original;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_translation_of_inserted AFTER INSERT ON articles
    FOR EACH ROW WHEN (NEW.translation_of IS NOT NULL) EXECUTE FUNCTION refuse_translation_cycle();
CREATE TRIGGER articles_translation_of_updated AFTER UPDATE OF translation_of ON articles
    FOR EACH ROW WHEN (NEW.translation_of IS DISTINCT FROM OLD.translation_of AND NEW.translation_of IS NOT NULL)
    EXECUTE FUNCTION refuse_translation_cycle();
