DROP TRIGGER articles_translation_of_updated ON articles;
DROP TRIGGER articles_translation_of_inserted ON articles;
DROP FUNCTION refuse_translation_cycle();
