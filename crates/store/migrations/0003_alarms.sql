-- Messages as they came, and the alarms that they raised.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL,
    transport TEXT NOT NULL,
    source TEXT NOT NULL,
    device_id TEXT,
    controller_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    signal TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    trouble TEXT NOT NULL DEFAULT '',
    duplicate_key TEXT NOT NULL,
    alarm_id TEXT,
    raw BYTES NOT NULL
);
CREATE INDEX message_by_duplicate_key ON message (duplicate_key);
CREATE INDEX message_by_received ON message (received_at);
CREATE INDEX message_by_device ON message (device_id, received_at) WHERE device_id IS NOT NULL;
CREATE INDEX message_of_unknown ON message (received_at) WHERE device_id IS NULL;

CREATE TABLE alarm (
    id TEXT PRIMARY KEY,
    -- Sender and lane while the alarm is open, so that there is at most one; NULL when closed.
    open_key TEXT UNIQUE,
    device_id TEXT,
    person_id TEXT,
    area_id TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    answered_at BIGINT,
    answered_by TEXT,
    sent_at BIGINT,
    arrived_at BIGINT,
    closed_at BIGINT,
    closed_by TEXT,
    outcome TEXT,
    measures TEXT NOT NULL DEFAULT '',
    closing_text TEXT NOT NULL DEFAULT '',
    climb_rungs TEXT NOT NULL,
    climb_started_at BIGINT NOT NULL,
    climb_next BIGINT NOT NULL,
    climb_stopped BOOLEAN NOT NULL,
    climb_due_at BIGINT,
    provider_id TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX alarm_open ON alarm (received_at) WHERE closed_at IS NULL;
CREATE INDEX alarm_due ON alarm (climb_due_at) WHERE climb_due_at IS NOT NULL;
CREATE INDEX alarm_by_received ON alarm (received_at);
CREATE INDEX alarm_by_person ON alarm (person_id, received_at) WHERE person_id IS NOT NULL;
CREATE INDEX alarm_by_device ON alarm (device_id, received_at) WHERE device_id IS NOT NULL;

CREATE TABLE dispatch (
    id TEXT PRIMARY KEY,
    alarm_id TEXT NOT NULL REFERENCES alarm (id),
    team_id TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    answer_due BIGINT NOT NULL,
    state TEXT NOT NULL,
    responder TEXT,
    accepted_at BIGINT,
    arrived_at BIGINT,
    reported_at BIGINT
);
CREATE INDEX dispatch_by_alarm ON dispatch (alarm_id, sent_at);
CREATE INDEX dispatch_by_team ON dispatch (team_id, sent_at);
CREATE INDEX dispatch_waiting ON dispatch (answer_due) WHERE state = 'waiting';

CREATE TABLE alarm_event (
    sequence SEQUENCE_KEY,
    alarm_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    user_id TEXT,
    what TEXT NOT NULL,
    -- The ids and texts of the event, as JSON of the store's own shape.
    body TEXT NOT NULL
);
CREATE INDEX alarm_event_by_alarm ON alarm_event (alarm_id, sequence);
