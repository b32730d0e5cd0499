//! Every query, on SQLite and PostgreSQL.
