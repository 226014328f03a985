CREATE TABLE api_keys (
    id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    -- The secret is 256 random bits, so one round of SHA-256 is enough.
    secret_sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    -- Null where it is good until it is revoked.
    expires_at timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_role_check CHECK (role IN ('reader', 'editor', 'admin')),
    CONSTRAINT api_keys_secret_sha256_check CHECK (octet_length(secret_sha256) = 32),
    CONSTRAINT api_keys_expires_at_check CHECK (expires_at > created_at)
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

-- How far the import of a file has come: written with each batch, in its
-- transaction, and removed when the file is done.
CREATE TABLE import_checkpoints (
    file text COLLATE "C" NOT NULL,
    lines bigint NOT NULL,
    -- Of the bytes of those lines, so that another file is not taken for this one.
    sha256 bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT import_checkpoints_pkey PRIMARY KEY (file),
    CONSTRAINT import_checkpoints_lines_check CHECK (lines >= 0),
    CONSTRAINT import_checkpoints_sha256_check CHECK (octet_length(sha256) = 32)
);
