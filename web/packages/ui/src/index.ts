/** What all pages share: themes, languages, formats of sizes and dates. */

export { type Formats, formats } from "./format/formats.ts";
export { LanguageProvider, type Speech, useSpeech } from "./language/LanguageProvider.tsx";
export { LANGUAGES, type Language, NAMES } from "./language/languages.ts";
export type { TextKey, Translate, Values } from "./language/texts.ts";
export { ACCENT, type Scheme, theme } from "./theme/theme.ts";
export { useScheme } from "./theme/useScheme.ts";
