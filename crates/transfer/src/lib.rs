//! The use cases of sending and receiving, one file a verb.
