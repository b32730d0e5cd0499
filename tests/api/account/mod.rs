mod sessions;
mod tokens;
