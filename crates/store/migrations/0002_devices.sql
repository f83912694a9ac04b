-- Devices, their models and profiles, their life, and how alive they are.
CREATE TABLE profile (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    reply_style TEXT NOT NULL,
    authentication TEXT NOT NULL,
    media_reply BIGINT NOT NULL,
    call_reply BIGINT NOT NULL,
    call_number TEXT NOT NULL DEFAULT '',
    technical_codes TEXT NOT NULL DEFAULT '',
    duplicate_window_seconds BIGINT NOT NULL
);

CREATE TABLE model (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    driver TEXT NOT NULL,
    generation TEXT NOT NULL,
    contact_seconds BIGINT NOT NULL,
    test_days BIGINT NOT NULL,
    profile_id TEXT NOT NULL REFERENCES profile (id)
);

CREATE TABLE outage (
    id TEXT PRIMARY KEY,
    cause_kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    devices_lost BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX outage_open ON outage (began_at) WHERE ended_at IS NULL;

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES model (id),
    serial TEXT NOT NULL UNIQUE,
    controller_id TEXT NOT NULL UNIQUE,
    accessories TEXT NOT NULL DEFAULT '',
    network_operator TEXT NOT NULL DEFAULT '',
    stage TEXT NOT NULL DEFAULT 'stock',
    person_id TEXT REFERENCES person (id),
    area_id TEXT REFERENCES area (id),
    room TEXT NOT NULL DEFAULT '',
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    -- The digest secrets HA1, one per algorithm; the password itself is never kept.
    secret_md5 TEXT NOT NULL DEFAULT '',
    secret_sha256 TEXT NOT NULL DEFAULT '',
    last_contact_at BIGINT,
    last_test_at BIGINT,
    silent_since BIGINT,
    battery_low_since BIGINT,
    mains_lost_since BIGINT,
    outage_id TEXT REFERENCES outage (id),
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX device_by_person ON device (person_id);
CREATE INDEX device_by_stage ON device (stage);
CREATE INDEX device_silent ON device (silent_since) WHERE silent_since IS NOT NULL;
CREATE INDEX device_by_outage ON device (outage_id) WHERE outage_id IS NOT NULL;

CREATE TABLE device_step (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    from_stage TEXT NOT NULL,
    to_stage TEXT NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX device_step_by_device ON device_step (device_id, at);

-- Raised by every change of a device, model, profile or ladder, so that each node knows when its memory is stale.
CREATE TABLE registry_version (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO registry_version (id, version) VALUES (1, 1);
