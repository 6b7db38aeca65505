-- What Mizo says of a ticket, for the ticket tab: the newest revision of each, bounded in number and bytes.
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
