import { Button, Checkbox, Field, Input, makeStyles } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { Heading, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";

import { useCountdown } from "../shell/useCountdown.ts";
import { type OpenedLink, type SentCode, sendCode } from "./calls.ts";
import { Trouble } from "./Trouble.tsx";
import { toldRecipient } from "./told.ts";
import type { Unlocking } from "./useUnlock.ts";
import { Working } from "./Working.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "34rem" },
  text: { margin: 0 },
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", justifyItems: "start" },
  code: { maxWidth: "12rem", fontSize: "1.25rem", letterSpacing: "0.25em" },
});

interface Props {
  readonly token: string;
  readonly link: OpenedLink;
  readonly unlocking: Pick<Unlocking, "show" | "working" | "error">;
}

/** The six digits: to be asked for, and to be entered. */
export function CodeStep({ token, link, unlocking }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { show, working, error } = unlocking;
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const [remember, setRemember] = useState(false);
  const [sent, setSent] = useState<SentCode>();
  const sending = useMutation({
    mutationFn: () => sendCode(token),
    onSuccess: (told) => {
      setSent(told);
      setCode("");
      setTried(false);
    },
  });
  const wait = useCountdown(sent?.resend_at);
  const digits = code.replace(/\D/g, "");
  const channel = link.protection.startsWith("sms") ? "sms" : "email";
  const isWrong = error instanceof Problem && error.code === "wrong_code";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(digits.length !== 6);
    if (digits.length === 6 && !working) show({ code: digits, remember });
  };
  if (!sent)
    return (
      <section className={styles.all}>
        <Heading>{t("delivery.title")}</Heading>
        <p className={styles.text}>{t(`delivery.code.hint_${channel}`)}</p>
        {sending.error && <Trouble error={sending.error} />}
        <div>
          <Button
            appearance="primary"
            size="large"
            disabledFocusable={sending.isPending}
            onClick={() => sending.mutate()}
          >
            {t(sending.isPending ? "delivery.code.sending" : "delivery.code.send")}
          </Button>
        </div>
      </section>
    );
  const fault = tried ? t("delivery.code.six") : isWrong ? toldRecipient(error, false, t, format) : undefined;
  return (
    <section className={styles.all}>
      <Heading key="entry">{t("delivery.title")}</Heading>
      <p className={styles.text}>{t(`delivery.code.sent_${sent.channel}`, { hint: sent.hint })}</p>
      <form className={styles.form} noValidate onSubmit={submit}>
        <Field
          label={t("delivery.code.field")}
          {...(fault && { validationState: "error", validationMessage: fault })}
        >
          <Input
            className={styles.code}
            size="large"
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            onChange={(_, { value }) => {
              setCode(value);
              setTried(false);
            }}
          />
        </Field>
        {link.remember_days > 0 && (
          <Checkbox
            checked={remember}
            label={t("delivery.code.remember", { days: link.remember_days })}
            onChange={(_, { checked }) => setRemember(checked === true)}
          />
        )}
        {error && !isWrong && <Trouble error={error} />}
        <Button type="submit" appearance="primary" size="large" disabledFocusable={working !== undefined}>
          {t("delivery.next")}
        </Button>
        <Working working={working} />
      </form>
      <p className={styles.text}>
        {wait > 0 ? t("delivery.code.later", { wait: format.duration(wait) }) : t("delivery.code.now")}
      </p>
      {sending.error && <Trouble error={sending.error} />}
      <div>
        <Button disabledFocusable={wait > 0 || sending.isPending} onClick={() => sending.mutate()}>
          {t("delivery.code.another")}
        </Button>
      </div>
    </section>
  );
}
