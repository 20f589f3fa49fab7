"""The room that remembers: the ledger (SQLite or PostgreSQL), the files on disk, and the lock over both."""
