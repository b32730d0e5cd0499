//! The HTTP client of the command line: sends files over tus, fetches links.
