-- When something was last done about an alarm that an operator has, and when a responder was told of as overdue.
ALTER TABLE alarm ADD COLUMN attended_at BIGINT;
UPDATE alarm SET attended_at = answered_at WHERE state = 'answered' AND closed_at IS NULL;
CREATE INDEX alarm_attended ON alarm (attended_at) WHERE attended_at IS NOT NULL;
ALTER TABLE dispatch ADD COLUMN overdue_at BIGINT;
CREATE INDEX dispatch_accepted ON dispatch (accepted_at) WHERE state = 'accepted' AND overdue_at IS NULL;
