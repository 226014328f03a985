DROP TABLE import_checkpoints;
DROP TABLE idempotency_keys;
DROP TABLE api_keys;
