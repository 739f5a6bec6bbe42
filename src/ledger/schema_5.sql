-- What the press remembers of the folders, under positive numbers, and the ledger of its seats, under negative ones: as
-- long as no record changes, and for the key in `setting`.
CREATE TABLE memory (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
