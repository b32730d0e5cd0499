//! Tests of the house and of the running service, from outside. See `house/` and `api/`.
