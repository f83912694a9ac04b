-- What each system's token opens, as words. A token opens nothing that it was not given.
ALTER TABLE token ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
