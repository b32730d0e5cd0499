-- Replies: a recipient answers what was sent, by an upload request that is made for him.

ALTER TABLE upload_requests ADD COLUMN reply_to        UUID;  -- the transfer that is answered, which may be gone; NULL: its user asks by himself
ALTER TABLE upload_requests ADD COLUMN reply_recipient UUID;  -- who answers
ALTER TABLE upload_requests ADD COLUMN proved BOOLEAN NOT NULL DEFAULT false; -- whether he had shown before that the address is his
CREATE INDEX upload_requests_by_answered ON upload_requests (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX upload_requests_by_reply ON upload_requests (reply_recipient) WHERE reply_recipient IS NOT NULL;

ALTER TABLE transfers ADD COLUMN allow_reply BOOLEAN; -- whether recipients may answer; NULL: as the policy says
ALTER TABLE transfers ADD COLUMN reply_to    UUID;    -- the transfer that it answers, which may be gone
