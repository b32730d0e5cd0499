import { Button, Checkbox, Field, makeStyles, Radio, RadioGroup } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Form } from "../parts/Form.tsx";
import { Group } from "../parts/Group.tsx";
import { LinesField, TextField } from "../parts/TextField.tsx";
import { useWriting } from "../parts/useWriting.ts";
import { faultsOf, type ProviderDraft } from "./draft.ts";

const useStyles = makeStyles({
  form: { gap: "1rem", maxWidth: "36rem" },
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
  const { draft, change, fault, check } = useWriting(start, (written) => faultsOf(written, isNew));

  return (
    <Form className={styles.form} onSubmit={() => check() && onSubmit(draft)}>
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
      <TextField
        label={t("signin.label")}
        hint={t("signin.label.hint")}
        required
        fault={fault("label")}
        value={draft.label}
        onChange={(value) => change({ label: value })}
      />
      {isNew && draft.kind === "oidc" && (
        <TextField
          label={t("signin.issuer")}
          hint={t("signin.issuer.hint")}
          required
          fault={fault("issuer")}
          type="url"
          value={draft.issuer}
          onChange={(value) => change({ issuer: value })}
        />
      )}
      {isNew && draft.kind === "entra" && (
        <TextField
          label={t("signin.entra")}
          hint={t("signin.entra.hint")}
          required
          fault={fault("entraTenant")}
          value={draft.entraTenant}
          onChange={(value) => change({ entraTenant: value })}
        />
      )}
      <TextField
        label={t("signin.client")}
        hint={t("signin.client.hint")}
        required
        fault={fault("clientId")}
        spellCheck={false}
        value={draft.clientId}
        onChange={(value) => change({ clientId: value })}
      />
      <TextField
        label={t("signin.secret")}
        hint={t(hasSecret ? "signin.secret.kept" : "signin.secret.hint")}
        type="password"
        autoComplete="new-password"
        value={draft.secret}
        onChange={(value) => change({ secret: value })}
      />
      <LinesField
        label={t("signin.domains")}
        hint={t("signin.domains.hint")}
        rows={2}
        spellCheck={false}
        placeholder="st-anna.example"
        value={draft.domains}
        onChange={(value) => change({ domains: value })}
      />
      <Group label={t("signin.for")} fault={fault("forUsers")} className={styles.checks}>
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
    </Form>
  );
}
