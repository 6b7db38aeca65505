-- What the admin sets and sees: settings, secrets, certificates, identity, account, audit, metrics.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    set_ms INTEGER NOT NULL
) STRICT;

-- Sealed by the caller with a key that is not in this file.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    set_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE certificates (
    id TEXT PRIMARY KEY,
    thumbprint TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'retired', 'revoked')),
    profile TEXT NOT NULL CHECK (profile IN ('compatible', 'modern')),
    key_bits INTEGER NOT NULL,
    not_before_ms INTEGER NOT NULL,
    not_after_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    downloaded_ms INTEGER,
    activated_ms INTEGER,
    retiring_ms INTEGER,
    ended_ms INTEGER,
    first_used_ms INTEGER,
    last_used_ms INTEGER,
    signatures INTEGER NOT NULL DEFAULT 0,
    pem TEXT NOT NULL,
    sealed_key BLOB,
    sealed_pfx BLOB,
    sealed_password BLOB,
    destroyed_ms INTEGER,
    CHECK (destroyed_ms IS NULL
        OR (sealed_key IS NULL AND sealed_pfx IS NULL AND sealed_password IS NULL))
) STRICT;

CREATE TABLE identity (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    relay_id TEXT NOT NULL,
    connect_url TEXT NOT NULL,
    sealed_key BLOB NOT NULL,
    kid TEXT NOT NULL,
    enrolled_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    password_hash TEXT NOT NULL,
    set_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_failures (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    count INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    id_hash BLOB PRIMARY KEY CHECK (length(id_hash) = 32),
    csrf TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    authenticated_ms INTEGER NOT NULL,
    remote TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    remote TEXT
) STRICT;

CREATE TABLE metrics_history (
    minute_ms INTEGER PRIMARY KEY,
    accepted INTEGER NOT NULL,
    repeated INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    queued INTEGER NOT NULL,
    p50_ms REAL,
    p99_ms REAL
) STRICT;
