import { Checkbox, Field, Input, makeStyles, Select, Switch } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Group } from "../../parts/Group.tsx";

import {
  type ChoiceField,
  type LinesField,
  type LinkField,
  type PolicyField,
  type ScoreField,
  type SwitchField,
  type WordsField,
  wordValue,
} from "../fields.ts";
import { TextLines } from "../rules/TextLines.tsx";
import type { Draft } from "../useDraft.ts";
import { SCORES, texts } from "../useShown.ts";
import { AmountField } from "./AmountField.tsx";
import { PeopleField } from "./PeopleField.tsx";
import { ProtectionsField } from "./ProtectionsField.tsx";

const useStyles = makeStyles({
  words: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(15rem, 100%), 1fr))" },
  select: { maxWidth: "28rem" },
});

export interface FieldProps<Of extends PolicyField = PolicyField> {
  readonly field: Of;
  readonly draft: Draft;
}

/** What a field has in common with all others: label, help, and what is wrong with it. */
export function useFrame({ field, draft }: FieldProps): {
  readonly label: string;
  readonly hint: string;
  readonly validationState?: "error";
  readonly validationMessage?: string;
} {
  const { t } = useSpeech();
  const fault = draft.faults.get(field.path);
  return {
    label: t(`policy.field.${field.path}`),
    hint: t(`policy.help.${field.path}`),
    ...(fault && { validationState: "error", validationMessage: fault.text }),
  };
}

/** The same for controls that are one field together. */
export function useGroup({ field, draft }: FieldProps): {
  readonly label: string;
  readonly hint: string;
  readonly fault: string | undefined;
} {
  const { label, hint, validationMessage } = useFrame({ field, draft });
  return { label, hint, fault: validationMessage };
}

/** One field of the policy, to be changed. */
export function FieldView({ field, draft }: FieldProps): ReactNode {
  switch (field.kind) {
    case "count":
    case "seconds":
    case "bytes":
      return <AmountField key={draft.round} field={field} draft={draft} />;
    case "switch":
      return <OnOrOff field={field} draft={draft} />;
    case "choice":
      return <Choice field={field} draft={draft} />;
    case "score":
      return <Score field={field} draft={draft} />;
    case "words":
      return <Words field={field} draft={draft} />;
    case "protections":
      return <ProtectionsField field={field} draft={draft} />;
    case "lines":
      return <Lines key={draft.round} field={field} draft={draft} />;
    case "link":
      return <LinkLine field={field} draft={draft} />;
    case "people":
      return <PeopleField field={field} draft={draft} />;
  }
}

function OnOrOff({ field, draft }: FieldProps<SwitchField>): ReactNode {
  const { label, ...frame } = useFrame({ field, draft });
  return (
    <Field {...frame}>
      <Switch
        label={label}
        checked={draft.value(field.path) === true}
        onChange={(_, { checked }) => draft.edit(field.path, checked)}
      />
    </Field>
  );
}

function Choice({ field, draft }: FieldProps<ChoiceField>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const value = draft.value(field.path);
  return (
    <Field {...useFrame({ field, draft })}>
      <Select
        className={styles.select}
        value={value === null ? "" : String(value)}
        onChange={(_, data) => draft.edit(field.path, data.value === "" ? null : data.value)}
      >
        {field.none && <option value="">{t(field.none)}</option>}
        {field.words.map((word) => (
          <option key={word} value={wordValue(word)}>
            {t(`policy.word.${word}`)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Score({ field, draft }: FieldProps<ScoreField>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <Field {...useFrame({ field, draft })}>
      <Select
        className={styles.select}
        value={String(draft.value(field.path))}
        onChange={(_, { value }) => draft.edit(field.path, Number(value))}
      >
        {SCORES.map((score) => (
          <option key={score} value={score}>
            {t(`policy.score.${score}`)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Words({ field, draft }: FieldProps<WordsField>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const chosen = texts(draft.value(field.path));
  const choose = (word: string, isChosen: boolean) =>
    draft.edit(field.path, isChosen ? [...chosen, word] : chosen.filter((one) => one !== word));
  return (
    <Group {...useGroup({ field, draft })} className={styles.words}>
      {field.words.map((word) => (
        <Checkbox
          key={word}
          label={t(`policy.word.${word}`)}
          checked={chosen.includes(word)}
          onChange={(_, { checked }) => choose(word, checked === true)}
        />
      ))}
    </Group>
  );
}

function Lines({ field, draft }: FieldProps<LinesField>): ReactNode {
  return (
    <TextLines
      {...useGroup({ field, draft })}
      placeholder={field.example}
      lines={texts(draft.value(field.path))}
      onChange={(lines) => draft.edit(field.path, lines)}
    />
  );
}

function LinkLine({ field, draft }: FieldProps<LinkField>): ReactNode {
  const styles = useStyles();
  const value = draft.value(field.path);
  return (
    <Field {...useFrame({ field, draft })}>
      <Input
        className={styles.select}
        type="url"
        autoComplete="off"
        placeholder={field.example}
        value={typeof value === "string" ? value : ""}
        onChange={(_, { value: text }) => draft.edit(field.path, text.trim() === "" ? null : text.trim())}
      />
    </Field>
  );
}
