-- What a sender's program states of a file that it has sealed: nobody here has looked.

ALTER TABLE files ADD COLUMN stated_kinds  TEXT;    -- words for what it is, with blanks between
ALTER TABLE files ADD COLUMN stated_policy BIGINT;  -- the version of the policy by which it has looked
