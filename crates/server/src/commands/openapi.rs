//! `sealpost openapi`

/// Prints the description that the service serves at `/api/v1/openapi.json`.
pub(crate) fn run() {
    print!("{}", sealpost_api::openapi());
}
