-- What the checks of the setup guide found last, so that "since" outlives a start; in the guide's order.
CREATE TABLE checks (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'unknown_rights', 'not_yet')),
    since_ms INTEGER NOT NULL,
    checked_ms INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
