/** The languages that we speak, and which of them a reader likes best. */

export const LANGUAGES = ["en", "de", "nl"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each calls itself. */
export const NAMES: Record<Language, string> = { en: "English", de: "Deutsch", nl: "Nederlands" };

/** The cookie that the service keeps the choice in, too, for its pages without scripts (`crates/api/src/page/switch.rs`). */
const CHOSEN = "sealpost-language";
const YEAR = 365 * 86_400;

function spoken(tag: string | null | undefined): Language | undefined {
  const primary = tag?.split("-")[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === primary);
}

/** The first of these tags (RFC 5646) that we speak; English if none. */
export function preferred(tags: readonly (string | null | undefined)[]): Language {
  return tags.map(spoken).find((language) => language !== undefined) ?? "en";
}

/** What the cookies of a page say was chosen. */
export function chosen(cookies: string): string | undefined {
  const pairs = cookies.split(";").map((pair) => pair.trim().split("="));
  return pairs.find(
    ([name, value]) => (name === CHOSEN || name === `__Host-${CHOSEN}`) && spoken(value),
  )?.[1];
}

/** The cookie that keeps a choice for a year. Over plain http, which a loopback address alone uses, browsers take no `__Host-`. */
export function keeping(language: Language, protocol: string): string {
  const kept = `${CHOSEN}=${language}; Path=/; SameSite=Lax; Max-Age=${YEAR}`;
  return protocol === "https:" ? `__Host-${kept}; Secure` : kept;
}

/** What the reader has chosen in this browser, or else what that says. */
export function remembered(): Language {
  return preferred([chosen(document.cookie), ...navigator.languages]);
}

/** Keeps what the reader has chosen, in this browser. */
export function remember(language: Language): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the service reads it, and Firefox has had no CookieStore for long
  document.cookie = keeping(language, location.protocol);
}
