import { Field, Textarea } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

interface Props {
  readonly text: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
}

/** What a sender is told: one line, which may be longer than the field is wide. */
export function LineField({ text, fault, onChange }: Props): ReactNode {
  const { t } = useSpeech();
  return (
    <Field
      label={t("rule.text")}
      hint={t("rule.text.hint")}
      required
      {...(fault && { validationState: "error", validationMessage: fault })}
    >
      <Textarea
        rows={2}
        value={text}
        onChange={(_, { value }) => onChange(value.replace(/\s*\n\s*/g, " "))}
      />
    </Field>
  );
}
