-- Who may log in, and everything they looked at or changed.
CREATE TABLE login (
    id TEXT PRIMARY KEY,
    login_name TEXT NOT NULL UNIQUE,
    shown_name TEXT NOT NULL,
    password_hash TEXT NOT NULL DEFAULT '',
    roles TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'sv',
    active BOOLEAN NOT NULL DEFAULT TRUE,
    failures BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT,
    must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);

CREATE TABLE login_team (
    login_id TEXT NOT NULL REFERENCES login (id),
    team_id TEXT NOT NULL REFERENCES team (id),
    PRIMARY KEY (login_id, team_id)
);

CREATE TABLE session (
    -- The hash of the secret that the browser holds; the secret itself is never kept.
    secret_hash TEXT PRIMARY KEY,
    login_id TEXT NOT NULL REFERENCES login (id),
    form_secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_login ON session (login_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- Links that work once: the first administrator, a forgotten password.
CREATE TABLE one_time_link (
    secret_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    login_id TEXT,
    expires_at BIGINT NOT NULL
);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id TEXT,
    action TEXT NOT NULL,
    person_id TEXT,
    subject TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_person ON audit (person_id, at) WHERE person_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (user_id, at) WHERE user_id IS NOT NULL;
