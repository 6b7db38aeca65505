-- What is compared to find out what was missed: what is known of each ticket, and what HaloPSA's own log of
-- deliveries says it sent.

-- known_ms: HaloPSA's time up to which events tell of it; polled_ms: that of the last change which the API
-- showed and which was looked at.
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    type INTEGER,
    status INTEGER,
    known_ms INTEGER,
    polled_ms INTEGER,
    seen_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_seen ON tickets (seen_ms);

-- One row for each of HaloPSA's; repeated: another try of what an earlier row counts.
CREATE TABLE halo_log (
    id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    counted_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('here', 'recovered', 'repeated', 'by_api', 'missing')),
    events INTEGER NOT NULL CHECK (events >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX halo_log_counted ON halo_log (counted_ms, state, events);

-- Events made of what the API showed, for the webhook that comes late.
CREATE INDEX events_polled ON events (ticket, kind, occurred_ms) WHERE origin = 'poll';
