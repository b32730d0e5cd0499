import { Button, Checkbox, Field, makeStyles, Radio, RadioGroup } from "@fluentui/react-components";
import { ProblemBar, type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Form } from "../parts/Form.tsx";
import { LinesField, TextField } from "../parts/TextField.tsx";
import { useWriting } from "../parts/useWriting.ts";
import { faultsOf, type TargetDraft } from "./draft.ts";

const useStyles = makeStyles({
  form: { gap: "1rem", maxWidth: "40rem" },
  port: { maxWidth: "8rem" },
  pem: { fontFamily: "monospace", fontSize: "0.75rem" },
  button: { justifySelf: "start" },
});

interface Props {
  readonly start: TargetDraft;
  readonly isNew: boolean;
  readonly hasKey: boolean;
  readonly button: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (draft: TargetDraft) => void;
}

/** A place to which entries are sent on, as it is written. */
export function TargetForm({ start, isNew, hasKey, button, busy, error, onSubmit }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { draft, change, fault, check } = useWriting(start, faultsOf);
  const pem = (field: "ca" | "certificate" | "key", label: TextKey, hint: TextKey) => (
    <LinesField
      label={t(label)}
      hint={t(hint)}
      textClass={styles.pem}
      rows={3}
      spellCheck={false}
      placeholder="-----BEGIN …"
      value={draft[field]}
      onChange={(value) => change({ [field]: value })}
    />
  );

  return (
    <Form className={styles.form} onSubmit={() => check() && onSubmit(draft)}>
      {isNew && (
        <Field label={t("forwarding.kind")}>
          <RadioGroup
            value={draft.kind}
            onChange={(_, { value }) => change({ kind: value === "webhook" ? "webhook" : "syslog" })}
          >
            <Radio value="syslog" label={t("forwarding.kind.syslog")} />
            <Radio value="webhook" label={t("forwarding.kind.webhook")} />
          </RadioGroup>
        </Field>
      )}
      <TextField
        label={t("forwarding.label")}
        hint={t("forwarding.label.hint")}
        required
        fault={fault("label")}
        value={draft.label}
        onChange={(value) => change({ label: value })}
      />
      {draft.kind === "syslog" ? (
        <>
          <TextField
            label={t("forwarding.host")}
            required
            fault={fault("host")}
            spellCheck={false}
            placeholder="siem.st-anna.example"
            value={draft.host}
            onChange={(value) => change({ host: value })}
          />
          <TextField
            label={t("forwarding.port")}
            required
            fault={fault("port")}
            inputClass={styles.port}
            inputMode="numeric"
            value={draft.port}
            onChange={(value) => change({ port: value })}
          />
        </>
      ) : (
        <TextField
          label={t("forwarding.url")}
          hint={t("forwarding.url.hint")}
          required
          fault={fault("url")}
          type="url"
          value={draft.url}
          onChange={(value) => change({ url: value })}
        />
      )}
      {pem("ca", "forwarding.ca", "forwarding.ca.hint")}
      {draft.kind === "syslog" && (
        <>
          {pem("certificate", "forwarding.certificate", "forwarding.certificate.hint")}
          {pem("key", "forwarding.key", hasKey ? "forwarding.key.kept" : "forwarding.key.hint")}
        </>
      )}
      <LinesField
        label={t("forwarding.kinds")}
        hint={t("forwarding.kinds.hint")}
        rows={2}
        spellCheck={false}
        placeholder="transfer."
        value={draft.kinds}
        onChange={(value) => change({ kinds: value })}
      />
      {isNew && (
        <Checkbox
          label={t("forwarding.from_start")}
          checked={draft.fromStart}
          onChange={(_, { checked }) => change({ fromStart: checked === true })}
        />
      )}
      <Checkbox
        label={t("forwarding.personal")}
        checked={draft.includePersonal}
        onChange={(_, { checked }) => change({ includePersonal: checked === true })}
      />
      {draft.includePersonal && <div role="status">{t("forwarding.personal.warning")}</div>}
      {error && <ProblemBar error={error} />}
      <Button className={styles.button} type="submit" appearance="primary" disabledFocusable={busy}>
        {button}
      </Button>
    </Form>
  );
}
