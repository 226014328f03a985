DROP TABLE entities;
DROP TABLE tags;
DROP FUNCTION number_names;
DROP FUNCTION refuse_tag_cycle;
DROP FUNCTION label_names;
DROP FUNCTION label_name;
DROP FUNCTION touch_item;
