-- Slugs without marks are good under the older rules as well.
SELECT;
