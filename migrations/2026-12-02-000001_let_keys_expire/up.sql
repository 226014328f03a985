ALTER TABLE api_keys
    -- Null where it is good until it is revoked.
    ADD COLUMN expires_at timestamptz,
    ADD CONSTRAINT api_keys_expires_at_check CHECK (expires_at > created_at);
