CREATE TABLE api_keys (
    id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    -- The secret is 256 random bits, so one round of SHA-256 is enough.
    secret_sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_role_check CHECK (role IN ('reader', 'editor', 'admin')),
    CONSTRAINT api_keys_secret_sha256_check CHECK (octet_length(secret_sha256) = 32)
);

CREATE TABLE idempotency_keys (
    api_key_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    -- What was asked: a repeat with another request is refused.
    request_sha256 bytea NOT NULL,
    -- What was answered; null only inside the transaction that makes it.
    response jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (api_key_id, key),
    CONSTRAINT idempotency_keys_api_key_id_fkey FOREIGN KEY (api_key_id)
        REFERENCES api_keys (id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
