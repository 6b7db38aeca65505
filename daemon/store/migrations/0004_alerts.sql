-- What a person was, or is, to know of; bounded in number. `webhook` and `ticket` are about its newest state.
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
