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
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { Group } from "../parts/Group.tsx";
import { faultsOf, type ProviderDraft, type ProviderFaults } from "./draft.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "36rem" },
  checks: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly start: ProviderDraft;
  readonly isNew: boolean;
  readonly hasSecret: boolean;
  readonly button: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (draft: ProviderDraft) => void;
}

/** A provider of identities as it is written: what it is called, what it calls itself, for whom it is. */
export function ProviderForm({ start, isNew, hasSecret, button, busy, error, onSubmit }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [draft, setDraft] = useState(start);
  const [faults, setFaults] = useState<ProviderFaults>({});
  const form = useRef<HTMLFormElement>(null);

  const change = (next: Partial<ProviderDraft>) => {
    const changed = { ...draft, ...next };
    setDraft(changed);
    // What was told goes when it is mended, and nothing is told before one has tried.
    if (Object.keys(faults).length > 0) setFaults(faultsOf(changed, isNew));
  };
  const invalid = (field: keyof ProviderDraft) => {
    const fault = faults[field];
    return fault ? ({ validationState: "error", validationMessage: t(fault) } as const) : {};
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft, isNew);
    setFaults(found);
    if (Object.keys(found).length === 0) return onSubmit(draft);
    // When the fields say so.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>(":is([aria-invalid=true], [data-invalid] input)")?.focus(),
    );
  };

  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      {isNew && (
        <Field label={t("signin.kind")}>
          <RadioGroup
            value={draft.kind}
            onChange={(_, { value }) => change({ kind: value === "entra" ? "entra" : "oidc" })}
          >
            <Radio value="oidc" label={t("signin.kind.oidc")} />
            <Radio value="entra" label={t("signin.kind.entra")} />
          </RadioGroup>
        </Field>
      )}
      <Field label={t("signin.label")} hint={t("signin.label.hint")} required {...invalid("label")}>
        <Input value={draft.label} onChange={(_, { value }) => change({ label: value })} />
      </Field>
      {isNew && draft.kind === "oidc" && (
        <Field label={t("signin.issuer")} hint={t("signin.issuer.hint")} required {...invalid("issuer")}>
          <Input type="url" value={draft.issuer} onChange={(_, { value }) => change({ issuer: value })} />
        </Field>
      )}
      {isNew && draft.kind === "entra" && (
        <Field label={t("signin.entra")} hint={t("signin.entra.hint")} required {...invalid("entraTenant")}>
          <Input value={draft.entraTenant} onChange={(_, { value }) => change({ entraTenant: value })} />
        </Field>
      )}
      <Field label={t("signin.client")} hint={t("signin.client.hint")} required {...invalid("clientId")}>
        <Input
          autoComplete="off"
          spellCheck={false}
          value={draft.clientId}
          onChange={(_, { value }) => change({ clientId: value })}
        />
      </Field>
      <Field label={t("signin.secret")} hint={t(hasSecret ? "signin.secret.kept" : "signin.secret.hint")}>
        <Input
          type="password"
          autoComplete="new-password"
          value={draft.secret}
          onChange={(_, { value }) => change({ secret: value })}
        />
      </Field>
      <Field label={t("signin.domains")} hint={t("signin.domains.hint")}>
        <Textarea
          rows={2}
          resize="vertical"
          spellCheck={false}
          placeholder="st-anna.example"
          value={draft.domains}
          onChange={(_, { value }) => change({ domains: value })}
        />
      </Field>
      <Group label={t("signin.for")} fault={faults.forUsers && t(faults.forUsers)} className={styles.checks}>
        <Checkbox
          label={t("signin.users")}
          checked={draft.forUsers}
          onChange={(_, { checked }) => change({ forUsers: checked === true })}
        />
        <Checkbox
          label={t("signin.recipients")}
          checked={draft.forRecipients}
          onChange={(_, { checked }) => change({ forRecipients: checked === true })}
        />
      </Group>
      <Checkbox
        label={t("signin.provisions")}
        checked={draft.provisions}
        onChange={(_, { checked }) => change({ provisions: checked === true })}
      />
      {error && <ProblemBar error={error} />}
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" disabledFocusable={busy}>
          {button}
        </Button>
      </div>
    </form>
  );
}
