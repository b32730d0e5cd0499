import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { Heading, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useState } from "react";

import { Trouble } from "./Trouble.tsx";
import { toldRecipient } from "./told.ts";
import type { Unlocking } from "./useUnlock.ts";
import { Working } from "./Working.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "34rem" },
  text: { margin: 0 },
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", justifyItems: "start" },
  field: { width: "100%", maxWidth: "24rem" },
});

interface Props {
  /** Whether one is asked for. */
  readonly password: boolean;
  readonly unlocking: Unlocking;
}

/** A person opens it: with the password, or with a click where the link is enough. What opens links by itself opens nothing here. */
export function OpenStep({ password, unlocking }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { show, working, error, shownPassword } = unlocking;
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const isWrong = password && error instanceof Problem && error.code === "wrong_proof" && shownPassword;
  const fault =
    tried && text === ""
      ? t("delivery.password.none")
      : isWrong
        ? toldRecipient(error, true, t, format)
        : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!working && (!password || text !== "")) show(password ? { password: text } : {});
  };
  return (
    <section className={styles.all}>
      <Heading>{t("delivery.title")}</Heading>
      <p className={styles.text}>
        {t("delivery.sealed")} {t(password ? "delivery.password.hint" : "delivery.ready")}
      </p>
      <form className={styles.form} noValidate autoComplete="off" onSubmit={submit}>
        {password && (
          <Field
            className={styles.field}
            label={t("delivery.password.field")}
            {...(fault && { validationState: "error", validationMessage: fault })}
          >
            <Input
              type="password"
              value={text}
              maxLength={1024}
              autoComplete="off"
              onChange={(_, { value }) => setText(value)}
            />
          </Field>
        )}
        {error && !isWrong && <Trouble error={error} password={shownPassword} />}
        <Button type="submit" appearance="primary" size="large" disabledFocusable={working !== undefined}>
          {t("delivery.open")}
        </Button>
        <Working working={working} />
      </form>
    </section>
  );
}
