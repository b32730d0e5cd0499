//! Sealpost's file format, key wrapping, password keys and range arithmetic: bytes in, bytes out.
