-- PostgreSQL writes a changed row anew. With room left on its page no index has to learn of it, as long as no indexed
-- column changed. These two are changed with every message: who was heard of, and how often it was repeated.
ON_POSTGRESQL ALTER TABLE device SET (fillfactor = 50);
ON_POSTGRESQL ALTER TABLE alarm SET (fillfactor = 70);
