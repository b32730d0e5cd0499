/** What files are, and what a tenant's rules say of them, where the service cannot look. README.md says how it is used. */

export type { FileRefusal, TypeRules } from "./decide.ts";
export { refusalOf } from "./decide.ts";
export type { ArchiveFindings, FileKind, Findings } from "./kinds.ts";
export { FILE_KINDS } from "./kinds.ts";
export { look } from "./look.ts";
export { promised, traitsOf } from "./name.ts";
