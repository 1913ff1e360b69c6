//! Hashes, sealing and keyed indexes.
