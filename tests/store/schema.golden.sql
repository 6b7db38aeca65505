CREATE TABLE stream (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch TEXT NOT NULL,
    first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
    next_seq INTEGER NOT NULL CHECK (next_seq >= first_seq),
    acked INTEGER NOT NULL CHECK (acked >= 0 AND acked < next_seq),
    fence INTEGER NOT NULL CHECK (fence >= 0)
) STRICT;
CREATE TABLE boots (
    fence INTEGER PRIMARY KEY,
    boot_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    version TEXT NOT NULL
) STRICT;
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    received_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'repeated', 'rejected')),
    reason_code TEXT CHECK ((outcome = 'rejected') = (reason_code IS NOT NULL)),
    repeat_of TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('webhook', 'reconcile', 'poll', 'test')),
    remote TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    headers TEXT NOT NULL,
    content_type TEXT NOT NULL,
    body_size INTEGER NOT NULL,
    body_sha256 BLOB NOT NULL CHECK (length(body_sha256) = 32),
    thumbprint TEXT,
    signature TEXT,
    signature_alg TEXT,
    verification TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_received ON deliveries (received_ms);
CREATE INDEX deliveries_other ON deliveries (outcome) WHERE outcome <> 'accepted';
CREATE TABLE bodies (
    delivery INTEGER PRIMARY KEY REFERENCES deliveries (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    seq INTEGER CHECK (seq >= 1),
    uuid TEXT NOT NULL UNIQUE,
    delivery INTEGER NOT NULL REFERENCES deliveries (id),
    kind TEXT NOT NULL CHECK (kind IN ('created', 'status_changed', 'changed', 'action_added', 'other')),
    event_text TEXT NOT NULL,
    ticket INTEGER,
    title TEXT,
    occurred_ms INTEGER,
    received_ms INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('webhook', 'reconcile', 'poll', 'test')),
    batch_index INTEGER,
    dedup_key TEXT NOT NULL,
    replay_of TEXT,
    own INTEGER NOT NULL CHECK (own IN (0, 1)),
    understood INTEGER NOT NULL CHECK (understood IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX events_seq ON events (seq) WHERE seq IS NOT NULL;
CREATE INDEX events_delivery ON events (delivery);
CREATE INDEX events_ticket ON events (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX events_unscoped ON events (seq) WHERE seq IS NULL;
CREATE INDEX events_received ON events (received_ms, seq, replay_of);
CREATE INDEX events_replay ON events (replay_of) WHERE replay_of IS NOT NULL;
CREATE TABLE repeats (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    event TEXT NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE acks (
    upto INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    session TEXT NOT NULL
) STRICT;
CREATE TABLE sends (
    id INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL CHECK (last_seq - first_seq BETWEEN 0 AND 255),
    attempt INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL,
    session TEXT NOT NULL,
    ended_ms INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('acked', 'nacked', 'lost')),
    code TEXT,
    text TEXT
) STRICT;
CREATE INDEX sends_first ON sends (first_seq);
CREATE TABLE dead_letters (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    given_up_by TEXT NOT NULL CHECK (given_up_by IN ('relay', 'cloud')),
    code TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE rejected_space (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    total INTEGER NOT NULL
) STRICT;
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    set_ms INTEGER NOT NULL
) STRICT;
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
CREATE TABLE halo_calls (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    ticket INTEGER,
    status INTEGER,
    error_code TEXT,
    error_reason TEXT,
    duration_ms INTEGER NOT NULL,
    waited_ms INTEGER NOT NULL,
    CHECK (status IS NOT NULL OR error_code IS NOT NULL)
) STRICT;
CREATE INDEX halo_calls_purpose ON halo_calls (purpose, id);
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    args TEXT NOT NULL,
    advice_code TEXT,
    advice_text TEXT,
    advice_args TEXT,
    severe INTEGER NOT NULL CHECK (severe IN (0, 1)),
    since_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    webhook TEXT NOT NULL CHECK (webhook IN ('off', 'waiting', 'told', 'given_up')),
    ticket TEXT NOT NULL CHECK (ticket IN ('off', 'waiting', 'told', 'given_up')),
    ticket_asked INTEGER NOT NULL CHECK (ticket_asked IN (0, 1)),
    ticket_id INTEGER
) STRICT;
CREATE INDEX alerts_at_work ON alerts (id)
    WHERE ended_ms IS NULL OR webhook = 'waiting' OR ticket = 'waiting';
CREATE TABLE agent_calls (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('request', 'command')),
    rid TEXT NOT NULL,
    method TEXT CHECK ((kind = 'request') = (method IS NOT NULL)),
    path TEXT NOT NULL, -- of a command: its name
    ticket INTEGER,
    status INTEGER,
    outcome TEXT NOT NULL,
    error TEXT, -- JSON: code, text, args
    duration_ms INTEGER NOT NULL,
    repeated INTEGER NOT NULL CHECK (repeated IN (0, 1))
) STRICT;
CREATE INDEX agent_calls_ticket ON agent_calls (ticket, id) WHERE ticket IS NOT NULL;
CREATE TABLE agent_keys (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    request BLOB NOT NULL CHECK (length(request) = 32),
    begun_ms INTEGER NOT NULL,
    answer TEXT -- JSON: status, headers, body
) STRICT;
CREATE TABLE checks (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'unknown_rights', 'not_yet')),
    since_ms INTEGER NOT NULL,
    checked_ms INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    type INTEGER,
    status INTEGER,
    known_ms INTEGER,
    polled_ms INTEGER,
    seen_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_seen ON tickets (seen_ms);
CREATE TABLE halo_log (
    id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    counted_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('here', 'recovered', 'repeated', 'by_api', 'missing')),
    events INTEGER NOT NULL CHECK (events >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX halo_log_counted ON halo_log (counted_ms, state, events);
CREATE INDEX events_polled ON events (ticket, kind, occurred_ms) WHERE origin = 'poll';
CREATE TABLE insights (
    ticket INTEGER PRIMARY KEY CHECK (ticket > 0),
    revision INTEGER NOT NULL,
    title TEXT NOT NULL,
    sections TEXT NOT NULL,
    actions TEXT NOT NULL,
    expires_ms INTEGER,
    received_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
CREATE INDEX insights_received ON insights (received_ms, bytes);
