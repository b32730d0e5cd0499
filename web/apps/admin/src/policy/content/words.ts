/** The words that rules about what is written use. */

export const LEVELS = ["notify", "automatic", "mandatory"] as const;
export const PLACES = ["subject", "message", "file_names"] as const;
export const FINDERS = ["words", "number", "shape", "files_larger_than", "more_files_than"] as const;
export type FinderWord = (typeof FINDERS)[number];
export const NUMBERS = [
  "payment_card",
  "iban",
  "at_social_security",
  "be_national",
  "ch_social_security",
  "de_tax",
  "es_national",
  "fr_social_security",
  "nl_citizen",
  "pl_national",
  "uk_health",
  "us_social_security",
] as const;
