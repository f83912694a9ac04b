//! SQLite and PostgreSQL behind one interface: migrations, rows, group commit.
