-- Whether an item was an edit of another under a name of its own, and was let go when that took it over.
ALTER TABLE item ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
