-- Wrong passwords in a row from a source where the login is usually proven: they are counted for themselves, so that
-- those from elsewhere lock nobody out there. Rows are kept for as long as they can lock.
CREATE TABLE login_failure (
    login_id TEXT NOT NULL REFERENCES login (id),
    -- An IPv4 address, or an IPv6 network of 64 bits.
    source TEXT NOT NULL,
    failures BIGINT NOT NULL,
    -- When the last one was counted. Within a lock none is.
    failed_at BIGINT NOT NULL,
    PRIMARY KEY (login_id, source)
);
