//! Reading a log.
