/** The languages that we speak, and which of them a reader likes best. */

export const LANGUAGES = ["en", "de", "nl"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each calls itself. */
export const NAMES: Record<Language, string> = { en: "English", de: "Deutsch", nl: "Nederlands" };

const CHOSEN = "sealpost.language";

function spoken(tag: string | null | undefined): Language | undefined {
  const primary = tag?.split("-")[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === primary);
}

/** The first of these tags (RFC 5646) that we speak; English if none. */
export function preferred(tags: readonly (string | null)[]): Language {
  return tags.map(spoken).find((language) => language !== undefined) ?? "en";
}

/** What the reader has chosen here, or else what his browser says. */
export function remembered(): Language {
  return preferred([localStorage.getItem(CHOSEN), ...navigator.languages]);
}

/** Keeps what the reader has chosen, in this browser. */
export function remember(language: Language): void {
  localStorage.setItem(CHOSEN, language);
}
