-- What was changed in the register, field by field; and what other systems need besides.
CREATE TABLE field_change (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id TEXT,
    -- What was changed, as `kind:id`.
    subject TEXT NOT NULL,
    field TEXT NOT NULL,
    from_value TEXT NOT NULL,
    to_value TEXT NOT NULL
);
CREATE INDEX field_change_by_subject ON field_change (subject, at);

ALTER TABLE webhook ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX alarm_by_closed ON alarm (closed_at) WHERE closed_at IS NOT NULL;
-- The messages of one alarm are read with its page and forgotten with it.
CREATE INDEX message_by_alarm ON message (alarm_id) WHERE alarm_id IS NOT NULL;
