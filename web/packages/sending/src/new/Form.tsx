import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Textarea,
  Title2,
} from "@fluentui/react-components";
import { required } from "@sealpost/content";
import { type Bootstrap, ProblemBar, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { focusFirstFault } from "../shell/focusFirstFault.ts";
import { type Faults, faults, findings } from "./checks.ts";
import { type Draft, within } from "./draft.ts";
import { FilesField } from "./FilesField.tsx";
import { LifetimeField } from "./LifetimeField.tsx";
import { NumberField } from "./NumberField.tsx";
import { ProtectionField } from "./ProtectionField.tsx";
import { RecipientsField } from "./RecipientsField.tsx";
import { RepliesField } from "./RepliesField.tsx";
import { refusal } from "./refusal.ts";
import { SealingField } from "./SealingField.tsx";
import { SenderField } from "./SenderField.tsx";
import { isSealed } from "./sealingChoice.ts";
import { useVerdict } from "./useVerdict.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", marginTop: "1rem" },
  title: { margin: 0 },
  column: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  two: {
    display: "grid",
    gap: "1.25rem",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(16rem, 100%), 1fr))",
    alignItems: "start",
  },
});

interface Props {
  readonly bootstrap: Bootstrap;
  readonly draft: Draft;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly onSubmit: (draft: Draft) => void;
}

/** A transfer while it is written. What is wrong is said next to its field: at once where that is sure, else when it is to be sent. */
export function Form({ bootstrap, draft: chosen, busy, error, onChange, onSubmit }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  const { policy } = bootstrap;
  const verdict = useVerdict(chosen, bootstrap);
  const draft = { ...chosen, sealed: isSealed(chosen.sealed, policy, verdict) };
  const usual = policy.max_downloads_default;

  const found = findings(draft, bootstrap);
  const mandatory = required(found);
  const offered = policy.protections.filter((one) => mandatory?.includes(one) ?? true);
  const own = faults(within(draft, offered), bootstrap, t, format);
  const refused = refusal(error, t, format);
  // Addresses are judged as they come; that something is missing still, only when it is to be sent.
  const early: Faults = draft.recipients.length > 0 && own.recipients ? { recipients: own.recipients } : {};
  const shown: Faults = { ...refused, ...(tried ? own : early) };
  const elsewhere = error && Object.keys(refused).length === 0;
  // What a rule asks for is chosen by itself as soon as it asks.
  const written = within(draft, offered);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults(written, bootstrap, t, format)).length === 0) {
      onChange(written);
      onSubmit(written);
    } else {
      focusFirstFault(form);
    }
  };

  return (
    <form ref={form} className={styles.form} noValidate onSubmit={submit}>
      <Title2 as="h1" className={styles.title}>
        {t("new.title")}
      </Title2>
      <SenderField user={bootstrap.user} value={draft.sendAs} onChange={(sendAs) => onChange({ sendAs })} />
      <RecipientsField
        recipients={draft.recipients}
        fault={shown.recipients}
        onChange={(recipients) => onChange({ recipients })}
      />
      <FilesField files={draft.files} fault={shown.files} onChange={(files) => onChange({ files })} />
      <Field label={t("new.subject")} hint={t(draft.sealed ? "sealing.subject" : "new.subject.hint")}>
        <Input
          value={draft.subject}
          maxLength={200}
          onChange={(_, { value }) => onChange({ subject: value })}
        />
      </Field>
      <Field label={t("new.message")} hint={t("new.message.hint")}>
        <Textarea
          value={draft.message}
          rows={5}
          resize="vertical"
          maxLength={10_000}
          onChange={(_, { value }) => onChange({ message: value })}
        />
      </Field>
      {found.map(({ number, rule }) => (
        <MessageBar key={number} intent={rule.level === "mandatory" ? "warning" : "info"} layout="multiline">
          <MessageBarBody>{rule.text}</MessageBarBody>
        </MessageBar>
      ))}
      <SealingField
        policy={policy}
        sealed={draft.sealed}
        verdict={verdict}
        fault={shown.sealing}
        onChange={(sealed) => onChange({ sealed })}
      />
      <div className={styles.two}>
        <ProtectionField
          draft={written}
          offered={offered}
          locked={policy.locked.includes("protection")}
          faults={shown}
          onChange={onChange}
        />
        <div className={styles.column}>
          {!policy.locked.includes("expiry") && (
            <LifetimeField
              label={t("new.lifetime")}
              value={draft.lifetime}
              usual={policy.retention_default_seconds}
              most={policy.retention_max_seconds}
              fault={shown.expiry}
              onChange={(lifetime) => onChange({ lifetime })}
            />
          )}
          {!policy.locked.includes("max_downloads") && (
            <NumberField
              label={t("new.downloads")}
              hint={usual ? t("new.downloads.usual", { count: usual }) : t("new.downloads.hint")}
              value={draft.downloads}
              fault={shown.downloads}
              onChange={(downloads) => onChange({ downloads })}
            />
          )}
          <RepliesField draft={draft} policy={policy} fault={shown.replies} onChange={onChange} />
        </div>
      </div>
      {elsewhere && <ProblemBar error={error} />}
      <div>
        <Button type="submit" appearance="primary" size="large" disabledFocusable={busy}>
          {t(busy ? "new.sending" : "new.send")}
        </Button>
      </div>
    </form>
  );
}
