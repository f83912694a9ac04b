-- Homes with their places over time, the queue for them, and what forecasts are made from.
CREATE TABLE home (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- Kind of places and who runs them, by their names.
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    places BIGINT NOT NULL,
    -- Days as YYYY-MM-DD; NULL where it already stands, or is to stay.
    opens TEXT,
    closes TEXT,
    -- Special profiles, separated by spaces.
    profiles TEXT NOT NULL DEFAULT '',
    free_places BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (name, kind)
);

CREATE TABLE home_renovation (
    home_id TEXT NOT NULL REFERENCES home (id),
    place BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    places_evacuated BIGINT NOT NULL,
    places_after BIGINT NOT NULL,
    PRIMARY KEY (home_id, place)
);

CREATE TABLE place_application (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    applied TEXT NOT NULL,
    granted TEXT,
    refused TEXT,
    moved_in TEXT,
    withdrawn TEXT,
    -- Ids of homes in the order of the wishes, separated by spaces.
    wishes TEXT NOT NULL DEFAULT '',
    profiles TEXT NOT NULL DEFAULT '',
    stay_from TEXT,
    stay_until TEXT,
    urgent BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX place_application_by_person ON place_application (person_id);

CREATE TABLE place_offer (
    application_id TEXT NOT NULL REFERENCES place_application (id),
    place BIGINT NOT NULL,
    home_id TEXT NOT NULL REFERENCES home (id),
    offered TEXT NOT NULL,
    answered TEXT,
    answer TEXT,
    PRIMARY KEY (application_id, place)
);

-- Files that a municipality's forecast is made from: looked at first, then used.
CREATE TABLE forecast_file (
    id TEXT PRIMARY KEY,
    area TEXT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    publisher TEXT NOT NULL,
    as_of TEXT NOT NULL,
    content BYTES NOT NULL,
    in_use BOOLEAN NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT
);
CREATE INDEX forecast_file_by_area ON forecast_file (area, kind);

-- The municipality's own alternatives with named assumptions.
CREATE TABLE forecast_alternative (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    home_care_percent DOUBLE PRECISION NOT NULL,
    care_home_percent DOUBLE PRECISION NOT NULL,
    short_term_percent DOUBLE PRECISION NOT NULL,
    day_activity_percent DOUBLE PRECISION NOT NULL,
    damping DOUBLE PRECISION NOT NULL,
    moved_home_percent DOUBLE PRECISION NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
