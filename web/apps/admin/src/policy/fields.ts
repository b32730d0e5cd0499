/** The fields of a policy: what each holds, and within which bounds. */
import type { TextKey } from "@sealpost/ui";
import type { Path } from "./document.ts";

/** Places with a page of their own, which have a label and are not changed among the rules. */
type Elsewhere = "settings.recovery" | "settings.recovery.public_key";

/** The places that have a label and a help text. */
type Named<Key> = Key extends `policy.field.${infer Name}` ? Exclude<Name, Elsewhere> : never;
export type FieldName = Named<TextKey>;

type Word<Key> = Key extends `policy.word.${infer Name}` ? Name : never;
/** What a text says of a word of the policy. */
export type PolicyWord = Word<TextKey>;

interface Common {
  readonly path: FieldName;
}

/** A number of something: `null` is none, if that can be. */
export interface NumberField extends Common {
  readonly kind: "count" | "seconds" | "bytes";
  readonly least: number;
  readonly most: number;
  /** What it means to leave it empty; it cannot be if there is none. */
  readonly none?: TextKey;
}

export interface SwitchField extends Common {
  readonly kind: "switch";
}

/** One of several words; `null` stands for the default of the installation, if that can be. */
export interface ChoiceField extends Common {
  readonly kind: "choice";
  readonly words: readonly PolicyWord[];
  readonly none?: TextKey;
}

/** One of the numbers from 0 on, each with a text. */
export interface ScoreField extends Common {
  readonly kind: "score";
}

/** Any of several words, in no order. */
export interface WordsField extends Common {
  readonly kind: "words";
  readonly words: readonly PolicyWord[];
}

/** Protections, the first of which counts when a sender says nothing. */
export interface ProtectionsField extends Common {
  readonly kind: "protections";
}

/** A text a line. */
export interface LinesField extends Common {
  readonly kind: "lines";
  readonly example: string;
}

/** Users who may see what the tenant does. */
export interface PeopleField extends Common {
  readonly kind: "people";
}

/** A link, or none. */
export interface LinkField extends Common {
  readonly kind: "link";
  readonly example: string;
  readonly none: TextKey;
}

export type PolicyField =
  | NumberField
  | SwitchField
  | ChoiceField
  | ScoreField
  | WordsField
  | ProtectionsField
  | LinesField
  | LinkField
  | PeopleField;

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const MILLION = 1_000_000;

export const PROTECTIONS = [
  "none",
  "email_code",
  "password",
  "sms_code",
  "email_code_and_password",
  "sms_code_and_password",
  "account",
] as const;

export const KINDS = [
  "executable",
  "script",
  "installer",
  "disk_image",
  "shortcut",
  "office",
  "office_macros",
  "encrypted_document",
  "archive",
  "encrypted_archive",
  "pdf",
  "image",
  "audio",
  "video",
  "text",
  "web",
  "email",
  "ebook",
  "font",
  "model",
  "database",
  "other",
  "unknown",
] as const satisfies readonly PolicyWord[];

const LEVELS = ["level_notify", "level_ask", "level_enforce"] as const satisfies readonly PolicyWord[];

/** `null` in these is what the service has when nothing was said. */
export const FIELDS = {
  protection: [
    { path: "settings.protections", kind: "protections" },
    { path: "settings.remember_seconds", kind: "seconds", least: 0, most: YEAR },
    { path: "settings.grant_seconds", kind: "seconds", least: 60, most: 7 * DAY },
    { path: "settings.password_min_chars", kind: "count", least: 1, most: 1024 },
    { path: "settings.password_min_score", kind: "score" },
    { path: "settings.password_attempts", kind: "count", least: 1, most: 1000 },
  ],
  retention: [
    { path: "settings.retention_default_seconds", kind: "seconds", least: HOUR, most: YEAR },
    { path: "settings.retention_max_seconds", kind: "seconds", least: HOUR, most: YEAR },
    { path: "settings.upload_idle_seconds", kind: "seconds", least: HOUR, most: 30 * DAY },
    { path: "settings.audit_retention_seconds", kind: "seconds", least: 30 * DAY, most: 10 * YEAR },
  ],
  limits: [
    { path: "settings.max_files", kind: "count", least: 1, most: MILLION },
    { path: "settings.max_file_bytes", kind: "bytes", least: 1, most: 2 ** 50 },
    { path: "settings.max_transfer_bytes", kind: "bytes", least: 1, most: Number.MAX_SAFE_INTEGER },
    { path: "settings.max_recipients", kind: "count", least: 1, most: MILLION },
    {
      path: "settings.max_downloads_default",
      kind: "count",
      least: 1,
      most: MILLION,
      none: "policy.none.bound",
    },
    {
      path: "settings.quota_bytes",
      kind: "bytes",
      least: 1,
      most: Number.MAX_SAFE_INTEGER,
      none: "policy.none.bound",
    },
    {
      path: "settings.sender_quota_bytes",
      kind: "bytes",
      least: 1,
      most: Number.MAX_SAFE_INTEGER,
      none: "policy.none.bound",
    },
  ],
  choices: [
    { path: "settings.locked", kind: "words", words: ["expiry", "protection", "max_downloads", "reply"] },
    { path: "settings.replies", kind: "choice", words: ["replies_allow", "replies_forbid"] },
    {
      path: "settings.zero_knowledge",
      kind: "choice",
      words: ["sealing_forbid", "sealing_allow", "sealing_prefer", "sealing_require"],
    },
    { path: "settings.seats_automatic", kind: "switch" },
  ],
  types: [
    { path: "types.mode", kind: "choice", words: ["mode_deny", "mode_allow"] },
    { path: "types.kinds", kind: "words", words: KINDS },
    { path: "types.extensions", kind: "lines", example: "exe" },
    { path: "types.zero_knowledge.require", kind: "words", words: KINDS },
    { path: "types.zero_knowledge.forbid", kind: "words", words: KINDS },
    { path: "types.disguises", kind: "choice", words: ["deny", "allow"] },
    { path: "types.mismatch", kind: "choice", words: ["deny", "allow"] },
    { path: "types.archives.look_inside", kind: "switch" },
    { path: "types.archives.encrypted", kind: "choice", words: ["deny", "allow"] },
    { path: "types.archives.uninspectable", kind: "choice", words: ["deny", "allow"] },
    { path: "types.archives.max_entries", kind: "count", least: 1, most: 100_000 },
    { path: "types.archives.max_ratio", kind: "count", least: 10, most: 100_000 },
    { path: "types.archives.max_unpacked_bytes", kind: "bytes", least: 1, most: Number.MAX_SAFE_INTEGER },
    { path: "types.archives.max_depth", kind: "count", least: 1, most: 8 },
  ],
  addresses: [],
  content: [],
  scan: [
    { path: "scan.mode", kind: "choice", words: ["scan_auto", "scan_on", "scan_off"] },
    { path: "scan.on_failure", kind: "choice", words: ["failure_hold", "failure_pass"] },
    { path: "scan.too_big", kind: "choice", words: ["big_pass", "big_block"] },
  ],
  notifications: [
    {
      path: "settings.reminder_seconds",
      kind: "seconds",
      least: 60,
      most: YEAR,
      none: "policy.none.reminder",
    },
    { path: "settings.notify_downloads", kind: "switch" },
    { path: "contacts.incidents", kind: "lines", example: "security@st-anna.example" },
    {
      path: "reports.schedule",
      kind: "choice",
      words: ["schedule_off", "schedule_weekly", "schedule_monthly"],
    },
    { path: "reports.recipients", kind: "people" },
    { path: "reports.departments", kind: "lines", example: "0198c5a2-7f3e-7c11-9d2e-3f6b1a2c4d5e" },
  ],
  sessions: [
    { path: "settings.signins", kind: "words", words: ["password", "passkey", "oidc", "entra"] },
    { path: "settings.second_factor_required", kind: "switch" },
    { path: "settings.account_password_min_chars", kind: "count", least: 8, most: 64 },
    { path: "settings.account_password_min_score", kind: "score" },
    { path: "settings.session_idle_seconds", kind: "seconds", least: 300, most: 30 * DAY },
    { path: "settings.session_max_seconds", kind: "seconds", least: 300, most: 30 * DAY },
    { path: "settings.addin_session_seconds", kind: "seconds", least: 300, most: DAY },
    { path: "settings.step_up_seconds", kind: "seconds", least: 60, most: HOUR },
  ],
  languages: [
    {
      path: "settings.mail_language",
      kind: "choice",
      words: ["language_en", "language_de", "language_nl"],
      none: "policy.none.language",
    },
  ],
  outlook: [
    { path: "addin.events", kind: "switch" },
    { path: "addin.send_mode", kind: "choice", words: ["send_prompt_user", "send_soft_block", "send_block"] },
    { path: "addin.attachments_more_than_bytes", kind: "bytes", least: 0, most: 2 ** 50 },
    { path: "addin.attachments_level", kind: "choice", words: LEVELS },
    { path: "addin.types_level", kind: "choice", words: LEVELS },
    { path: "addin.recipients_level", kind: "choice", words: LEVELS },
    { path: "addin.uploads_level", kind: "choice", words: LEVELS },
    { path: "addin.fresh_seconds", kind: "seconds", least: 0, most: HOUR },
    { path: "addin.keep_seconds", kind: "seconds", least: 0, most: 7 * DAY },
    { path: "addin.mail_hosts", kind: "lines", example: "https://mail.st-anna.example" },
    {
      path: "addin.links.website",
      kind: "link",
      example: "https://st-anna.example",
      none: "policy.none.service",
    },
    {
      path: "addin.links.privacy",
      kind: "link",
      example: "https://st-anna.example/privacy",
      none: "policy.none.website",
    },
    {
      path: "addin.links.terms",
      kind: "link",
      example: "https://st-anna.example/terms",
      none: "policy.none.website",
    },
    {
      path: "addin.links.support",
      kind: "link",
      example: "https://st-anna.example/help",
      none: "policy.none.support",
    },
  ],
  domains: [{ path: "domains", kind: "lines", example: "st-anna.example" }],
} as const satisfies Record<string, readonly PolicyField[]>;

export type Subject = keyof typeof FIELDS;
export const SUBJECTS = Object.keys(FIELDS) as readonly Subject[];

/** Words of the policy whose texts need to be told from others of the same word: what stands in front is no part of them. */
const PREFIXES = [
  "mode_",
  "scan_",
  "failure_",
  "big_",
  "schedule_",
  "language_",
  "replies_",
  "sealing_",
  "send_",
  "level_",
];

/** What the policy says for a word of a text. */
export function wordValue(word: PolicyWord): string {
  const prefix = PREFIXES.find((one) => word.startsWith(one));
  return prefix ? word.slice(prefix.length) : word;
}

const ALL: readonly PolicyField[] = Object.values(FIELDS).flat();

/** Where all fields stand. */
export const PATHS: readonly Path[] = ALL.map(({ path }) => path);

/** The field at a place, if it is one. */
export function fieldAt(path: Path): PolicyField | undefined {
  return ALL.find((field) => field.path === path);
}
