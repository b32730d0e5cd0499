/** Rules about what is written, as `GET /api/v1/addin/bootstrap` gives them (docs/policy.md). */

export type ContentPlace = "subject" | "message" | "file_names";
export type ContentLevel = "notify" | "automatic" | "mandatory";
export type NumberKind =
  | "payment_card"
  | "iban"
  | "at_social_security"
  | "be_national"
  | "ch_social_security"
  | "de_tax"
  | "es_national"
  | "fr_social_security"
  | "nl_citizen"
  | "pl_national"
  | "uk_health"
  | "us_social_security";

/** What a rule looks for. */
export type Finder =
  | { readonly words: readonly string[] }
  | { readonly number: NumberKind }
  | { readonly shape: string }
  | { readonly files_larger_than: number }
  | { readonly more_files_than: number };

export interface ContentRule {
  readonly name: string;
  readonly find: Finder;
  /** Everywhere if it is missing. */
  readonly within?: readonly ContentPlace[];
  /** 1 if it is missing. */
  readonly at_least?: number;
  readonly level: ContentLevel;
  readonly protections?: readonly string[];
  /** What the sender is told. */
  readonly text: string;
  readonly disabled?: boolean;
}

/** What is written, and what goes with it. */
export interface Content {
  readonly subject: string;
  readonly message: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** A rule that has found something. */
export interface ContentFinding {
  /** Its number, counted from 1. */
  readonly number: number;
  readonly rule: ContentRule;
  /** How often it has found it. */
  readonly times: number;
}
