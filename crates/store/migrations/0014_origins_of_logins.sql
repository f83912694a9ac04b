-- Where logins come from, and what their owners are told of them.
-- The kind of browser, such as `Firefox/Windows`; empty for what nobody knows.
ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
-- Whether its owner has been told what happened to the login since the one before.
ALTER TABLE session ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
-- The address that a login, or a refused one, came from; empty for everything else.
ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- What administrators did to a login, for its owner.
CREATE INDEX audit_of_login ON audit (subject, at) WHERE action = 'user.write';
