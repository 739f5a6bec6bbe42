-- Instants are microseconds since 1970 UTC; `zone` is the offset of `published` and `updated` in seconds east.
CREATE TABLE item (
    slot INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    declared TEXT,
    raw BLOB NOT NULL,
    full BLOB NOT NULL,
    body BLOB NOT NULL,
    words INTEGER NOT NULL,
    date INTEGER,
    link BLOB,
    paths TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    public_since INTEGER,
    published INTEGER NOT NULL,
    zone INTEGER NOT NULL,
    undated INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    corrected INTEGER NOT NULL,
    revisions INTEGER NOT NULL,
    opens INTEGER,
    expires INTEGER,
    unfinished INTEGER NOT NULL,
    withdrawn INTEGER
) STRICT;
-- The last form of each item: zstd-compressed JSON.
CREATE TABLE body (slot INTEGER PRIMARY KEY, draft BLOB NOT NULL) STRICT;
CREATE TABLE revision (slot INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE INDEX revision_of ON revision (slot);
-- What was served at each address: the newest last.
CREATE TABLE representation (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified INTEGER NOT NULL,
    entries TEXT
) STRICT;
CREATE INDEX representation_of ON representation (path, number);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
