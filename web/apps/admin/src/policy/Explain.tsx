import { Badge, Button, makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, isolate, ProblemBar, refused, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { LinesField, TextField } from "../parts/TextField.tsx";
import { useFileRule } from "../parts/useFileRule.ts";
import { useMe } from "../parts/useMe.ts";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    padding: "1rem",
    borderRadius: tokens.borderRadiusLarge,
    background: tokens.colorNeutralBackground2,
  },
  title: { fontSize: tokens.fontSizeBase400, margin: 0 },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  form: { gap: "0.5rem" },
  said: { margin: 0, padding: 0, listStyle: "none", display: "grid", gap: "0.75rem" },
  who: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem 0.5rem", fontWeight: 600 },
});

interface Props {
  /** The version that counts: what was said before it counts no more. */
  readonly version: number;
}

/** What the rules say of an example, and which decides: asked in the same way as when it is sent. Nothing is sent. */
export function Explain({ version }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const titleId = useId();
  const { user } = useMe();
  const [sender, setSender] = useState(user.email);
  const [recipients, setRecipients] = useState("");
  const [file, setFile] = useState("");
  const [message, setMessage] = useState("");
  const [isMissing, setMissing] = useState(false);

  const ask = useMutation({
    mutationFn: async () => {
      const explanation = await answer(
        api.POST("/api/v1/admin/policy/explain", {
          body: {
            sender: sender.trim(),
            recipients: recipients.split(/[\s,;]+/).filter((one) => one !== ""),
            ...(file.trim() && { file: { name: file.trim() } }),
            ...((message.trim() || file.trim()) && {
              content: { message, ...(file.trim() && { files: [{ name: file.trim() }] }) },
            }),
          },
        }),
      );
      return { explanation, file: file.trim() };
    },
  });

  const submit = () => {
    const nobody = recipients.trim() === "";
    setMissing(nobody);
    if (!nobody) ask.mutate();
  };

  return (
    <section className={styles.all} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        {t("explain.title")}
      </h2>
      <p className={styles.text}>{t("explain.text")}</p>
      <Form className={styles.form} onSubmit={submit}>
        <TextField label={t("explain.sender")} inputMode="email" value={sender} onChange={setSender} />
        <LinesField
          label={t("explain.recipients")}
          rows={2}
          spellCheck={false}
          value={recipients}
          fault={isMissing ? t("explain.nobody") : undefined}
          onChange={setRecipients}
        />
        <TextField label={t("explain.file")} placeholder="invoice.pdf.exe" value={file} onChange={setFile} />
        <LinesField label={t("explain.message")} rows={2} value={message} onChange={setMessage} />
        <Button type="submit" disabledFocusable={ask.isPending}>
          {t("explain.ask")}
        </Button>
      </Form>
      {ask.error && <ProblemBar error={ask.error} />}
      <div role="status">
        {ask.data && (
          <>
            {ask.data.explanation.version !== version && <p>{t("explain.old")}</p>}
            <Said explanation={ask.data.explanation} file={ask.data.file} />
          </>
        )}
      </div>
    </section>
  );
}

const SEALING = { require: "explain.seal_require", forbid: "explain.seal_forbid" } as const;

interface SaidProps {
  readonly explanation: Shape<"PolicyExplanation">;
  readonly file: string;
}

function Said({ explanation, file }: SaidProps): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const fileRule = useFileRule();
  const { sender_known, recipients, file: about, content } = explanation;
  const rules = content?.rules ?? [];
  return (
    <ul className={styles.said}>
      {!sender_known && <li>{t("explain.unknown_sender")}</li>}
      {recipients.map(({ email, allowed, rule, protections, refusal, internal, zero_knowledge: mode }) => (
        <li key={email}>
          <div className={styles.who}>
            <Verdict allowed={allowed} /> <bdi>{email}</bdi>
          </div>
          <div>
            {rule ? t("explain.rule", { number: rule.number, name: rule.name }) : t("explain.no_rule")}{" "}
            {internal === true && t("explain.internal")}
            {internal === false && t("explain.external")}
          </div>
          {allowed && (
            <div>
              {t("explain.protections", {
                what: format.list(protections.map((one) => t(`protection.${one}`))),
              })}
            </div>
          )}
          {allowed && mode && <div>{t(SEALING[mode === "require" ? "require" : "forbid"])}</div>}
          {refusal && (
            <div>
              {t("explain.told")} <bdi>{refusal}</bdi>
            </div>
          )}
        </li>
      ))}
      {about && (
        <li>
          <div className={styles.who}>
            <Verdict allowed={about.allowed} /> <bdi>{file}</bdi>
          </div>
          {about.allowed && <div>{t("explain.file_allowed")}</div>}
          {about.zero_knowledge && (
            <div>{t(SEALING[about.zero_knowledge === "require" ? "require" : "forbid"])}</div>
          )}
          {about.rule && (
            <>
              <div>{t("explain.file_rule", { rule: fileRule(about.rule) })}</div>
              <div>
                {t("explain.told")}{" "}
                {t("problem.type_refused", {
                  name: isolate(file),
                  what: refused({ rule: about.rule, what: about.what ?? "" }, t),
                })}
              </div>
            </>
          )}
        </li>
      )}
      {rules.map(({ number, name, times, text, level }) => (
        <li key={number}>
          <div className={styles.who}>{t("explain.content", { number, name })}</div>
          <div>{t("explain.found", { count: times })}</div>
          <div>
            {t("explain.told")} <bdi>{text}</bdi>
          </div>
          {level === "mandatory" && content?.required && (
            <div>
              {t("explain.required", {
                what: format.list(content.required.map((one) => t(`protection.${one}`))),
              })}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Verdict({ allowed }: { readonly allowed: boolean }): ReactNode {
  const { t } = useSpeech();
  return (
    <Badge appearance="tint" color={allowed ? "success" : "danger"}>
      {t(allowed ? "explain.yes" : "explain.no")}
    </Badge>
  );
}
