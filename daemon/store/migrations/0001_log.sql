-- The log of deliveries and events, and the stream to the cloud. docs/database.md tells the whole.

CREATE TABLE stream (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch TEXT NOT NULL,
    first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
    next_seq INTEGER NOT NULL CHECK (next_seq >= first_seq),
    acked INTEGER NOT NULL CHECK (acked >= 0 AND acked < next_seq),
    fence INTEGER NOT NULL CHECK (fence >= 0)
) STRICT;

-- A new database has a new epoch: a random UUID (RFC 9562, version 4).
INSERT INTO stream (only_row, epoch, first_seq, next_seq, acked, fence) VALUES (
    1,
    lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8'
        || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    1, 1, 0, 0
);

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

-- Apart from the delivery, so that lists read small rows and a body can go before its delivery does.
CREATE TABLE bodies (
    delivery INTEGER PRIMARY KEY REFERENCES deliveries (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;

-- seq is empty for what is out of scope. There is no column for the state: it follows from stream.acked
-- and dead_letters.
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

-- What was seen already: the SHA-256 of a dedup key. Rows are in the order of time, so that the oldest go
-- without another index.
CREATE TABLE repeats (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    event TEXT NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;

-- An event was acked by the first row whose upto reaches its seq.
CREATE TABLE acks (
    upto INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    session TEXT NOT NULL
) STRICT;

-- Consecutive events sent together share a row. The bound on its length bounds the search for a seq.
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

-- How much of their own space the rejected deliveries take, and how many there ever were.
CREATE TABLE rejected_space (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    total INTEGER NOT NULL
) STRICT;
INSERT INTO rejected_space (only_row, count, bytes, total) VALUES (1, 0, 0, 0);
