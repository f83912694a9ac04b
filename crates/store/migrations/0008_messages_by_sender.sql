-- Each index on messages costs every alarm a page in the journal. One by sender finds copies and a sender's messages;
-- an alarm's history names its own.
CREATE INDEX message_by_sender ON message (controller_id, duplicate_key);
DROP INDEX message_by_duplicate_key;
DROP INDEX message_by_device;
DROP INDEX message_by_alarm;
