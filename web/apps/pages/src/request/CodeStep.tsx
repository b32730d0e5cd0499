import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useState } from "react";
import { useCountdown } from "../shell/useCountdown.ts";
import type { Pending } from "./note.ts";
import { StepHeading } from "./StepHeading.tsx";
import { Trouble } from "./Trouble.tsx";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "28rem" },
  sent: { margin: "0 0 1rem" },
  code: { maxWidth: "12rem", fontSize: "1.25rem", letterSpacing: "0.25em" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

/** As often as a code may be tried. */
const TRIES = 5;

interface Props {
  readonly pending: Pending;
  readonly busy: boolean;
  /** Whether another code is being asked for. */
  readonly asking: boolean;
  readonly error: Error | null;
  readonly onCode: (code: string) => void;
  readonly onAnother: () => void;
  readonly onBack: () => void;
}

/** The six digits that were mailed. */
export function CodeStep({ pending, busy, asking, error, onCode, onAnother, onBack }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const wait = useCountdown(pending.resendAt);
  const life = useCountdown(pending.expiresAt);
  const left = TRIES - pending.wrong;
  const digits = code.replace(/\D/g, "");
  const dead = left <= 0 || life === 0;

  const isWrong = error instanceof Problem && error.code === "wrong_code";
  const fault = dead
    ? t(left <= 0 ? "request.code.used_up" : "request.code.over")
    : tried && digits.length !== 6
      ? t("request.code.six")
      : isWrong
        ? t("request.code.wrong", { count: left })
        : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (digits.length === 6 && !dead) {
      setTried(false);
      onCode(digits);
    }
  };
  return (
    <>
      <StepHeading taken>{t("request.code")}</StepHeading>
      <p className={styles.sent}>
        {t("request.code.sent")} <bdi>{pending.email}</bdi>
      </p>
      <form className={styles.form} noValidate onSubmit={submit}>
        <Field
          label={t("request.code.digits")}
          hint={t("request.code.hint")}
          {...(fault && { validationState: "error", validationMessage: fault })}
        >
          <Input
            className={styles.code}
            size="large"
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            onChange={(_, { value }) => setCode(value)}
          />
        </Field>
        {error && !isWrong && <Trouble error={error} />}
        <div className={styles.buttons}>
          <Button type="submit" appearance="primary" size="large" disabledFocusable={busy || dead}>
            {t(busy ? "new.sending" : "request.next")}
          </Button>
        </div>
        <div className={styles.buttons}>
          {/* The same width with and without the countdown would be luck: it has a line of its own. */}
          <Button disabledFocusable={wait > 0 || asking} onClick={onAnother}>
            {wait > 0 ? t("request.code.wait", { time: format.duration(wait) }) : t("request.code.another")}
          </Button>
          <Button appearance="subtle" onClick={onBack}>
            {t("request.code.back")}
          </Button>
        </div>
      </form>
    </>
  );
}
