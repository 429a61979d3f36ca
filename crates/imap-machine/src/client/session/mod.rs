//! Above the connection, still without I/O: opening a session, and reading answers.
