import { Select } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";

import { useSpeech } from "../language/LanguageProvider.tsx";
import { LANGUAGES, type Language, NAMES } from "../language/languages.ts";
import { told } from "../problem/told.ts";
import { Fault } from "./Fault.tsx";

/** Chooses the language of the page, each by its own name. */
export function LanguageSelect(): ReactNode {
  const { t, language, speak } = useSpeech();
  const { mutate, error } = useMutation({ mutationFn: (chosen: Language) => speak(chosen) });
  const faultId = useId();
  const select = (
    <Select
      size="small"
      aria-label={t("shell.language")}
      aria-describedby={error ? faultId : undefined}
      value={language}
      onChange={(_, { value }) => mutate(LANGUAGES.find((known) => known === value) ?? "en")}
    >
      {LANGUAGES.map((known) => (
        <option key={known} value={known} lang={known}>
          {NAMES[known]}
        </option>
      ))}
    </Select>
  );
  return (
    <div>
      {select}
      {error && <Fault id={faultId}>{told(error, t)}</Fault>}
    </div>
  );
}
