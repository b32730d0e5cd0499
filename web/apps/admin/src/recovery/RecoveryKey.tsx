import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, Question, useBootstrap, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", justifyItems: "start", gap: "0.75rem" },
  form: { justifyItems: "start", maxWidth: "36rem", width: "100%" },
  wide: { width: "100%" },
  said: { margin: 0, maxWidth: "48rem" },
  mono: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

/** 32 bytes of base64url, in the one way that they are written. */
const PUBLIC_KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** Which key counts; owners set another, or none. */
export function RecoveryKey(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { isOwner } = useMe();
  const key = useBootstrap().data?.policy.recovery;
  const [written, setWritten] = useState("");
  const [isFaulty, setFaulty] = useState(false);
  const change = useAct(
    (recovery: { public_key: string } | null) =>
      answer(api.PATCH("/api/v1/admin/policy", { body: { settings: { recovery } } })),
    [["bootstrap"], ["policy"]],
  );
  const submit = () => {
    const publicKey = written.trim();
    const isWell = PUBLIC_KEY.test(publicKey);
    setFaulty(!isWell);
    if (isWell) change.mutate({ public_key: publicKey }, { onSuccess: () => setWritten("") });
  };
  return (
    <div className={styles.all}>
      <p className={styles.said}>
        {key ? t("recovery.key.is") : t("recovery.key.none")}{" "}
        {key && <bdi className={styles.mono}>{key.fingerprint}</bdi>}
      </p>
      <p className={styles.said}>{t("recovery.key.how")}</p>
      <code className={styles.mono}>sealpost keys recovery new --out recovery.key</code>
      {isOwner && (
        <Form className={styles.form} onSubmit={submit}>
          <TextField
            className={styles.wide}
            label={t("recovery.key.public")}
            hint={t("recovery.key.hint")}
            required
            spellCheck={false}
            value={written}
            fault={isFaulty ? t("recovery.key.fault") : undefined}
            onChange={setWritten}
          />
          <Button type="submit" appearance="primary" disabledFocusable={change.isPending}>
            {t("recovery.key.set")}
          </Button>
          {key && (
            <Question
              button={t("recovery.key.remove")}
              title={t("recovery.key.remove.title")}
              text={t("recovery.key.remove.text")}
              no={t("parts.cancel")}
              yes={t("recovery.key.remove")}
              busy={change.isPending}
              onYes={() => change.mutate(null)}
            />
          )}
        </Form>
      )}
      {change.error && <ProblemBar error={change.error} />}
      <Done>{change.isSuccess && t("recovery.key.done")}</Done>
    </div>
  );
}
