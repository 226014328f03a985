-- What a tag or an entity is called, in the form in which it is compared where an article names it by nothing else.
-- Case, white space, vowel signs, tatweel, the form of an apostrophe and what is invisible make no other name; accents
-- and signs do: pêche is not péché, and C# is not C++. A name of nothing else is compared as it is written.
CREATE FUNCTION label_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN coalesce(nullif(lower(btrim(regexp_replace(translate(regexp_replace(normalize(name, NFKC),
        '[\u0640\u0610-\u061A\u064B-\u0652\u0656-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED'
        '\u0897\u08CA-\u08E1\u08E3-\u08FF\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7'
        '\u00AD\u034F\u061C\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]', '', 'g'),
        '‘’ʼ', ''''''''), '\s+', ' ', 'g'))), ''), name);

-- All that it is called so. Dear: a plan is not to ask it of every row.
CREATE FUNCTION label_names(names jsonb, aliases jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    RETURN ARRAY(
        SELECT label_name(name) FROM jsonb_each_text(names) AS named (language, name)
        UNION SELECT label_name(alias ->> 'name') FROM jsonb_array_elements(aliases) AS alias);
