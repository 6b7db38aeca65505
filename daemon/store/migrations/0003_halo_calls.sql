-- What was asked of HaloPSA's API, for the admin to see: bounded in number and in age by retention.
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
