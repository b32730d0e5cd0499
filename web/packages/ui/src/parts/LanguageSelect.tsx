import { Select } from "@fluentui/react-components";
import type { ReactNode } from "react";

import { useSpeech } from "../language/LanguageProvider.tsx";
import { LANGUAGES, NAMES } from "../language/languages.ts";

/** Chooses the language of the page, each by its own name. */
export function LanguageSelect(): ReactNode {
  const { t, language, speak } = useSpeech();
  return (
    <Select
      size="small"
      aria-label={t("shell.language")}
      value={language}
      onChange={(_, { value }) => speak(LANGUAGES.find((known) => known === value) ?? "en")}
    >
      {LANGUAGES.map((known) => (
        <option key={known} value={known} lang={known}>
          {NAMES[known]}
        </option>
      ))}
    </Select>
  );
}
