-- What the cloud asked of the agent, for the admin to see: bounded in number and in age by retention.
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

-- The idempotency keys of the last 24 hours, in the order of time. Without an answer: it is not known what
-- became of the call, since it runs, was not answered, or the daemon ended meanwhile.
CREATE TABLE agent_keys (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    request BLOB NOT NULL CHECK (length(request) = 32),
    begun_ms INTEGER NOT NULL,
    answer TEXT -- JSON: status, headers, body
) STRICT;
