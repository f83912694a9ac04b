-- People who have, or had, a care service, and those close to them.
CREATE TABLE area (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    identity_kind TEXT NOT NULL,
    identity TEXT NOT NULL UNIQUE,
    protected BOOLEAN NOT NULL DEFAULT FALSE,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    spoken_language TEXT NOT NULL DEFAULT 'sv',
    phone TEXT NOT NULL DEFAULT '',
    street TEXT NOT NULL DEFAULT '',
    postal_code TEXT NOT NULL DEFAULT '',
    town TEXT NOT NULL DEFAULT '',
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    area_id TEXT REFERENCES area (id),
    entry_note TEXT NOT NULL DEFAULT '',
    health_note TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX person_by_name ON person (family_name, given_name);
CREATE INDEX person_by_area ON person (area_id, family_name);

CREATE TABLE kin (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    relation TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    has_key BOOLEAN NOT NULL DEFAULT FALSE,
    call_order BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX kin_by_person ON kin (person_id, call_order);
