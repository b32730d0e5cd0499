//! What `sealpost-sealed` promises, one claim a file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod a_file_opens_without_this_crate;
mod any_range_opens_to_its_plaintext;
mod any_split_of_writes_seals_the_same;
mod argon2id_is_rfc_9106;
mod both_ciphers_are_aes_256_gcm;
mod contents_open_and_match_only_what_was_sealed;
mod contexts_are_as_specified;
mod damaged_files_do_not_open;
mod damaged_messages_do_not_open;
mod grants_open_for_their_purpose_only;
mod keys_and_columns_open_in_their_place_only;
mod manifests_are_read_strictly;
mod messages_are_cobblestone_256;
mod nothing_secret_is_printed;
mod only_the_password_unlocks;
mod private_keys_open_for_their_owner_only;
mod recovery_key_files_are_read_strictly;
mod sealed_transfers_open_with_the_whole_secret_only;
mod the_specified_example_is_what_is_sealed;

mod stored;
mod support;
mod vectors;
