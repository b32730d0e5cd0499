import { Button, Checkbox, Field, makeStyles, Switch } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Form } from "../parts/Form.tsx";
import { Group } from "../parts/Group.tsx";
import { LinesField, TextField } from "../parts/TextField.tsx";
import { useWriting } from "../parts/useWriting.ts";
import { KINDS } from "../policy/fields.ts";
import { Choices } from "./Choices.tsx";
import { faultsOf, type PortalDraft } from "./draft.ts";
import { TeamField } from "./TeamField.tsx";

const useStyles = makeStyles({
  form: { gap: "1rem", maxWidth: "44rem" },
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
  const { draft, change, fault, check } = useWriting(start, faultsOf);

  return (
    <Form className={styles.form} onSubmit={() => check() && onSubmit(draft)}>
      <TextField
        label={t("portals.field.title")}
        hint={t("portals.hint.title")}
        required
        fault={fault("title")}
        value={draft.title}
        onChange={(value) => change({ title: value })}
      />
      {isNew && (
        <TextField
          label={t("portals.field.name")}
          hint={t("portals.hint.name")}
          required
          fault={fault("name")}
          spellCheck={false}
          placeholder="radiology"
          value={draft.name}
          onChange={(value) => change({ name: value.trim().toLowerCase() })}
        />
      )}
      <LinesField
        label={t("portals.field.text")}
        hint={t("portals.hint.text")}
        rows={3}
        value={draft.text}
        onChange={(value) => change({ text: value })}
      />
      <TextField
        label={t("portals.field.owner")}
        hint={t("portals.hint.owner")}
        required
        fault={fault("owner")}
        type="email"
        value={draft.owner}
        onChange={(value) => change({ owner: value })}
      />
      {isNew && <TeamField value={draft.team} onChange={(team) => change({ team })} />}
      {!draft.team && (
        <>
          <Choices
            choices={draft.recipients}
            fault={fault("recipients")}
            onChange={(recipients) => change({ recipients })}
          />
          <LinesField
            label={t("portals.field.domains")}
            hint={t("portals.hint.domains")}
            rows={2}
            spellCheck={false}
            placeholder="st-anna.example"
            value={draft.domains}
            onChange={(value) => change({ domains: value })}
          />
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
              fault={fault("kinds")}
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
        </>
      )}
      <TextField
        label={t("portals.field.max_files")}
        hint={t("portals.hint.bounds")}
        fault={fault("maxFiles")}
        inputClass={styles.number}
        inputMode="numeric"
        value={draft.maxFiles}
        onChange={(value) => change({ maxFiles: value })}
      />
      <TextField
        label={t("portals.field.max_size")}
        hint={t("portals.hint.bounds")}
        fault={fault("maxSize")}
        inputClass={styles.number}
        inputMode="decimal"
        contentAfter={<span className={styles.unit}>MB</span>}
        value={draft.maxSize}
        onChange={(value) => change({ maxSize: value })}
      />
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
    </Form>
  );
}
