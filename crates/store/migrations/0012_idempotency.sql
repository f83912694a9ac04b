-- What other systems have asked once for each key of theirs, with the answer, so that the same is not done twice.
CREATE TABLE kept_answer (
    token_id TEXT NOT NULL,
    -- Hashes: neither the key nor what was asked is kept itself.
    key_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- NULL while it is being done.
    status BIGINT,
    location TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (token_id, key_hash)
);
CREATE INDEX kept_answer_by_age ON kept_answer (asked_at);
