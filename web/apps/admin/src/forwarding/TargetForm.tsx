import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
  Textarea,
} from "@fluentui/react-components";
import { ProblemBar, type TextKey, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { faultsOf, type TargetDraft, type TargetFaults } from "./draft.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "40rem" },
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
  const [draft, setDraft] = useState(start);
  const [faults, setFaults] = useState<TargetFaults>({});
  const form = useRef<HTMLFormElement>(null);

  const change = (next: Partial<TargetDraft>) => {
    const changed = { ...draft, ...next };
    setDraft(changed);
    if (Object.keys(faults).length > 0) setFaults(faultsOf(changed));
  };
  const invalid = (field: keyof TargetDraft) => {
    const fault = faults[field];
    return fault ? ({ validationState: "error", validationMessage: t(fault) } as const) : {};
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft);
    setFaults(found);
    if (Object.keys(found).length === 0) return onSubmit(draft);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const pem = (field: "ca" | "certificate" | "key", label: TextKey, hint: TextKey) => (
    <Field label={t(label)} hint={t(hint)}>
      <Textarea
        textarea={{ className: styles.pem }}
        rows={3}
        resize="vertical"
        spellCheck={false}
        autoComplete="off"
        placeholder="-----BEGIN …"
        value={draft[field]}
        onChange={(_, { value }) => change({ [field]: value })}
      />
    </Field>
  );

  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
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
      <Field label={t("forwarding.label")} hint={t("forwarding.label.hint")} required {...invalid("label")}>
        <Input value={draft.label} onChange={(_, { value }) => change({ label: value })} />
      </Field>
      {draft.kind === "syslog" ? (
        <>
          <Field label={t("forwarding.host")} required {...invalid("host")}>
            <Input
              spellCheck={false}
              placeholder="siem.st-anna.example"
              value={draft.host}
              onChange={(_, { value }) => change({ host: value })}
            />
          </Field>
          <Field label={t("forwarding.port")} required {...invalid("port")}>
            <Input
              className={styles.port}
              inputMode="numeric"
              value={draft.port}
              onChange={(_, { value }) => change({ port: value })}
            />
          </Field>
        </>
      ) : (
        <Field label={t("forwarding.url")} hint={t("forwarding.url.hint")} required {...invalid("url")}>
          <Input type="url" value={draft.url} onChange={(_, { value }) => change({ url: value })} />
        </Field>
      )}
      {pem("ca", "forwarding.ca", "forwarding.ca.hint")}
      {draft.kind === "syslog" && (
        <>
          {pem("certificate", "forwarding.certificate", "forwarding.certificate.hint")}
          {pem("key", "forwarding.key", hasKey ? "forwarding.key.kept" : "forwarding.key.hint")}
        </>
      )}
      <Field label={t("forwarding.kinds")} hint={t("forwarding.kinds.hint")}>
        <Textarea
          rows={2}
          resize="vertical"
          spellCheck={false}
          placeholder="transfer."
          value={draft.kinds}
          onChange={(_, { value }) => change({ kinds: value })}
        />
      </Field>
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
    </form>
  );
}
