import { Button, Checkbox, Field, Input, makeStyles, Switch, Textarea } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { Group } from "../parts/Group.tsx";
import { KINDS } from "../policy/fields.ts";
import { Choices } from "./Choices.tsx";
import { faultsOf, type PortalDraft, type PortalFaults } from "./draft.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "44rem" },
  kinds: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(15rem, 100%), 1fr))" },
  number: { maxWidth: "10rem" },
  unit: { whiteSpace: "nowrap" },
  button: { justifySelf: "start" },
});

interface Props {
  readonly start: PortalDraft;
  readonly isNew: boolean;
  readonly button: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (draft: PortalDraft) => void;
}

/** A portal as it is written: what its page says, who gets what comes in, and what it takes. */
export function PortalForm({ start, isNew, button, busy, error, onSubmit }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [draft, setDraft] = useState(start);
  const [faults, setFaults] = useState<PortalFaults>({});
  const form = useRef<HTMLFormElement>(null);

  const change = (next: Partial<PortalDraft>) => {
    const changed = { ...draft, ...next };
    setDraft(changed);
    if (Object.keys(faults).length > 0) setFaults(faultsOf(changed));
  };
  const invalid = (field: keyof PortalDraft) => {
    const fault = faults[field];
    return fault ? ({ validationState: "error", validationMessage: t(fault) } as const) : {};
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft);
    setFaults(found);
    if (Object.keys(found).length === 0) return onSubmit(draft);
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>(":is([aria-invalid=true], [data-invalid] input)")?.focus(),
    );
  };

  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <Field label={t("portals.field.title")} hint={t("portals.hint.title")} required {...invalid("title")}>
        <Input value={draft.title} onChange={(_, { value }) => change({ title: value })} />
      </Field>
      {isNew && (
        <Field label={t("portals.field.name")} hint={t("portals.hint.name")} required {...invalid("name")}>
          <Input
            spellCheck={false}
            placeholder="radiology"
            value={draft.name}
            onChange={(_, { value }) => change({ name: value.trim().toLowerCase() })}
          />
        </Field>
      )}
      <Field label={t("portals.field.text")} hint={t("portals.hint.text")}>
        <Textarea
          rows={3}
          resize="vertical"
          value={draft.text}
          onChange={(_, { value }) => change({ text: value })}
        />
      </Field>
      <Field label={t("portals.field.owner")} hint={t("portals.hint.owner")} required {...invalid("owner")}>
        <Input
          type="email"
          autoComplete="off"
          value={draft.owner}
          onChange={(_, { value }) => change({ owner: value })}
        />
      </Field>
      <Choices
        choices={draft.recipients}
        fault={faults.recipients && t(faults.recipients)}
        onChange={(recipients) => change({ recipients })}
      />
      <Field label={t("portals.field.domains")} hint={t("portals.hint.domains")}>
        <Textarea
          rows={2}
          resize="vertical"
          spellCheck={false}
          placeholder="st-anna.example"
          value={draft.domains}
          onChange={(_, { value }) => change({ domains: value })}
        />
      </Field>
      <Checkbox
        label={t("portals.field.several")}
        checked={draft.several}
        onChange={(_, { checked }) => change({ several: checked === true })}
      />
      <Switch
        label={t("portals.field.narrow")}
        checked={draft.isNarrow}
        onChange={(_, { checked }) => change({ isNarrow: checked })}
      />
      {draft.isNarrow && (
        <Group
          label={t("portals.field.kinds")}
          hint={t("portals.hint.kinds")}
          fault={faults.kinds && t(faults.kinds)}
          className={styles.kinds}
        >
          {KINDS.map((kind) => (
            <Checkbox
              key={kind}
              label={t(`policy.word.${kind}`)}
              checked={draft.kinds.includes(kind)}
              onChange={(_, { checked }) =>
                change({
                  kinds: checked ? [...draft.kinds, kind] : draft.kinds.filter((one) => one !== kind),
                })
              }
            />
          ))}
        </Group>
      )}
      <Field label={t("portals.field.max_files")} hint={t("portals.hint.bounds")} {...invalid("maxFiles")}>
        <Input
          className={styles.number}
          inputMode="numeric"
          value={draft.maxFiles}
          onChange={(_, { value }) => change({ maxFiles: value })}
        />
      </Field>
      <Field label={t("portals.field.max_size")} hint={t("portals.hint.bounds")} {...invalid("maxSize")}>
        <Input
          className={styles.number}
          inputMode="decimal"
          contentAfter={<span className={styles.unit}>MB</span>}
          value={draft.maxSize}
          onChange={(_, { value }) => change({ maxSize: value })}
        />
      </Field>
      <Field hint={t("portals.hint.code")}>
        <Switch
          label={t("portals.field.code")}
          checked={draft.asksCode}
          onChange={(_, { checked }) => change({ asksCode: checked })}
        />
      </Field>
      {error && <ProblemBar error={error} />}
      <Button className={styles.button} type="submit" appearance="primary" disabledFocusable={busy}>
        {button}
      </Button>
    </form>
  );
}
