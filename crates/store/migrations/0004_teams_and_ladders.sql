-- Who goes to the person, and who is told when nobody answers.
CREATE TABLE provider (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    own_run BOOLEAN NOT NULL
);

CREATE TABLE team (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    provider_id TEXT REFERENCES provider (id),
    areas TEXT NOT NULL DEFAULT '',
    from_minute BIGINT NOT NULL DEFAULT 0,
    to_minute BIGINT NOT NULL DEFAULT 0,
    answer_seconds BIGINT NOT NULL,
    ask_order BIGINT NOT NULL DEFAULT 1,
    phone TEXT NOT NULL DEFAULT ''
);

CREATE TABLE ladder (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kinds TEXT NOT NULL DEFAULT '',
    areas TEXT NOT NULL DEFAULT '',
    from_minute BIGINT NOT NULL DEFAULT 0,
    to_minute BIGINT NOT NULL DEFAULT 0,
    use_order BIGINT NOT NULL DEFAULT 1,
    rungs TEXT NOT NULL
);

-- Figures of rules that the municipality has set itself.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT
);
