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
