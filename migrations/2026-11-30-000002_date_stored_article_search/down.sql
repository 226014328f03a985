-- The dates go with their column.
SELECT;
