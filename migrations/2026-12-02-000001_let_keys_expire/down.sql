-- What would be good for ever again is revoked first, as long as that is known.
UPDATE api_keys SET revoked_at = now() WHERE revoked_at IS NULL AND expires_at <= now();
ALTER TABLE api_keys DROP COLUMN expires_at;
