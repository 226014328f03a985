DROP FUNCTION label_names(jsonb, jsonb);
DROP FUNCTION label_name(text);
