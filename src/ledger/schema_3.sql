-- What the press keeps beside each item, for the key in `setting`; gone as soon as the item changes.
CREATE TABLE face (slot INTEGER PRIMARY KEY, face BLOB NOT NULL) STRICT;
