//! `/api/v1/transfers/{transfer_id}/files` and `/api/v1/uploads/{upload_id}`: tus 1.0.0.

mod append;
mod checksum;
mod concatenate;
mod create;
mod deferred;
mod faults;
mod head;
mod model;
mod names;
mod options;
mod terminate;
mod types;
