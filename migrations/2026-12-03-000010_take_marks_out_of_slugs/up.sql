-- Slugs with vowel signs, tatweel or invisible marks (كَتب, كتـب) are looked for without them from now on. Where that is
-- the slug of another item already, they get a number; the former ones lead to them all the same.
DO $$
DECLARE
    -- The madda and the hamza (U+0653 to U+0655) are parts of letters.
    marks CONSTANT text := '[\u0640\u0610-\u061A\u064B-\u0652\u0656-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8'
        '\u06EA-\u06ED\u0897\u08CA-\u08E1\u08E3-\u08FF\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u034F'
        '\u180B-\u180F\uFE00-\uFE0F\U000E0100-\U000E01EF]';
    kind text;
    item record;
    bare text;
    candidate text;
    number integer;
    is_taken boolean;
    is_own boolean;
BEGIN
    FOREACH kind IN ARRAY ARRAY['tags', 'entities', 'articles'] LOOP
        FOR item IN EXECUTE format('SELECT id, slug FROM %I WHERE slug ~ $1 ORDER BY id', kind) USING marks LOOP
            bare := normalize(regexp_replace(normalize(item.slug, NFD), marks, '', 'g'), NFC);
            bare := trim(BOTH '-' FROM regexp_replace(bare, '-+', '-', 'g'));
            IF bare = '' THEN
                bare := replace(item.id::text, '-', '') || '-1';
            END IF;
            candidate := bare;
            number := 1;
            LOOP
                EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE slug = $1)', kind) INTO is_taken USING candidate;
                -- Nor a word that stands where a slug may stand in a path.
                EXIT WHEN NOT is_taken AND candidate <> ALL (ARRAY['bulk', 'export', 'suggest', 'trending']);
                number := number + 1;
                candidate := left(bare, 110) || '-' || number;
            END LOOP;
            EXECUTE format('UPDATE %I SET slug = $1 WHERE id = $2', kind) USING candidate, item.id;
        END LOOP;
    END LOOP;
    FOR item IN SELECT resource, key, target_id, public FROM redirects WHERE key ~ marks ORDER BY created_at DESC LOOP
        bare := normalize(regexp_replace(normalize(item.key, NFD), marks, '', 'g'), NFC);
        -- Those of the loop above lead to where the slug itself is found.
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE slug = $1)', item.resource) INTO is_taken USING bare;
        -- But of an article that readers have seen and see no more this tells that they knew it by its slug.
        is_own := item.resource = 'articles' AND item.public
            AND EXISTS (SELECT FROM articles WHERE slug = bare AND id = item.target_id AND status <> 'published');
        IF bare = '' OR is_taken AND NOT is_own OR EXISTS (SELECT FROM redirects WHERE resource = item.resource AND key = bare) THEN
            DELETE FROM redirects WHERE resource = item.resource AND key = item.key;
        ELSE
            UPDATE redirects SET key = bare WHERE resource = item.resource AND key = item.key;
        END IF;
    END LOOP;
    UPDATE tombstones SET slug = normalize(regexp_replace(normalize(slug, NFD), marks, '', 'g'), NFC) WHERE slug ~ marks;
END
$$;
