DROP TABLE entities;
DROP TABLE tags;
DROP FUNCTION refuse_tag_cycle;
DROP FUNCTION touch_item;
