/** A file of its own, which is fetched when a password is first shown. */
export { argon2id } from "hash-wasm";
