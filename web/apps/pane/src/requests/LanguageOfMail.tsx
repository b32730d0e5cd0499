import { Field, Select } from "@fluentui/react-components";
import { LANGUAGE_NAMES, LANGUAGES, type Language, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

interface Props {
  readonly value: Language;
  readonly onChange: (language: Language) => void;
}

/** The language of what is put into the mail: its recipients need not speak that of the pane. */
export function LanguageOfMail({ value, onChange }: Props): ReactNode {
  const { t } = useSpeech();
  return (
    <Field label={t("wanted.language")}>
      <Select value={value} onChange={(_, chosen) => onChange(chosen.value as Language)}>
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {LANGUAGE_NAMES[language]}
          </option>
        ))}
      </Select>
    </Field>
  );
}
