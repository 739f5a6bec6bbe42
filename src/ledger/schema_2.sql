-- The complete archive pages of each topic's feed, by its slug (empty for all items), page 1 the oldest; `ids` is JSON.
CREATE TABLE shelf (
    topic TEXT NOT NULL,
    page INTEGER NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (topic, page)
) STRICT, WITHOUT ROWID;
