/** What all pages share: the frame and how it is filled, themes, languages, formats, what goes wrong. */

export { api } from "./api.ts";
export { carried, carry, onCarried, renewBy, renewed } from "./bearer.ts";
export { type Formats, formats } from "./format/formats.ts";
export { isolate } from "./format/isolate.ts";
export { type Speech, useSpeech } from "./language/LanguageProvider.tsx";
export { LANGUAGES, type Language, NAMES as LANGUAGE_NAMES, preferred } from "./language/languages.ts";
export {
  both,
  type Catalogue,
  type Catalogues,
  type Key,
  type TextKey,
  type Texts,
  type Translate,
  texts,
  translate,
  type Values,
} from "./language/texts.ts";
export { CopyButton } from "./parts/CopyButton.tsx";
export { Fault } from "./parts/Fault.tsx";
export { FileRow } from "./parts/FileRow.tsx";
export { type Filter, FilterBar } from "./parts/FilterBar.tsx";
export { dayBegins, dayEnds, type Filters, filtered, filtersOf } from "./parts/filters.ts";
export { Heading } from "./parts/Heading.tsx";
export { LanguageSelect } from "./parts/LanguageSelect.tsx";
export { Question } from "./parts/Question.tsx";
export { StateBadge } from "./parts/StateBadge.tsx";
export { useCarefulLeaving } from "./parts/useCarefulLeaving.ts";
export { Elsewhere, useElsewhere } from "./place/Elsewhere.tsx";
export { Later } from "./place/Later.tsx";
export { part } from "./place/MissingPart.ts";
export { SignInHere } from "./place/SignInHere.tsx";
export { signInAddress } from "./place/signIn.ts";
export { go, leadingTo, stayAt, usePath, useSearch } from "./place/usePath.ts";
export { ProblemBar } from "./problem/ProblemBar.tsx";
export { modeRule, refused } from "./problem/refused.ts";
export { asksToSignIn, told } from "./problem/told.ts";
export { Brand } from "./shell/Brand.tsx";
export { Frame } from "./shell/Frame.tsx";
export { SignOut } from "./shell/SignOut.tsx";
export { type Bootstrap, useBootstrap } from "./shell/useBootstrap.ts";
export { start } from "./start.tsx";
export { contrast, textOn } from "./theme/colour.ts";
export { ACCENT, type Scheme, theme } from "./theme/theme.ts";
export { useScheme } from "./theme/useScheme.ts";
