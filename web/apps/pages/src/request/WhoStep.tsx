import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { isAddress } from "../new/addresses.ts";
import type { Opened, Who } from "./note.ts";
import { StepHeading } from "./StepHeading.tsx";
import { Trouble } from "./Trouble.tsx";
import { toldUploader } from "./told.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "28rem" },
});

/** As many characters as a name has at most. */
const MAX_NAME = 100;

interface Props {
  readonly opened: Opened;
  readonly said: Who;
  readonly taken: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (who: Who) => void;
}

/** Name and address of whoever sends in. */
export function WhoStep({ opened, said, taken, busy, error, onSubmit }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(said.name);
  const [email, setEmail] = useState(said.email);
  const [tried, setTried] = useState(false);

  const code = error instanceof Problem ? error.code : undefined;
  const nameFault = tried && name.trim() === "" ? t("request.name.none") : undefined;
  const emailFault =
    tried && !isAddress(email.trim())
      ? t("request.email.wrong")
      : code === "wrong_address" && error
        ? toldUploader(error, t)
        : undefined;
  const refusedName = code === "invalid_request" ? t("request.name.refused") : undefined;
  const elsewhere = error && !["wrong_address", "invalid_request"].includes(code ?? "");
  const invalid = (text: string | undefined) =>
    text ? { validationState: "error" as const, validationMessage: text } : {};

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "" && isAddress(email.trim())) {
      onSubmit({ name: name.trim(), email: email.trim() });
      return;
    }
    // The messages are there with the next picture: the first of their fields is where to go on.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };

  return (
    <>
      <StepHeading taken={taken}>{t("request.who")}</StepHeading>
      <form ref={form} className={styles.form} noValidate onSubmit={submit}>
        <Field label={t("request.name")} required {...invalid(nameFault ?? refusedName)}>
          <Input
            value={name}
            maxLength={MAX_NAME}
            autoComplete="name"
            onChange={(_, { value }) => setName(value)}
          />
        </Field>
        <Field
          label={t("request.email")}
          hint={
            opened.address_hint
              ? t("request.email.bound", { address: opened.address_hint })
              : t(opened.asks_code ? "request.email.code" : "request.email.hint")
          }
          required
          {...invalid(emailFault)}
        >
          <Input
            type="email"
            value={email}
            maxLength={254}
            autoComplete="email"
            onChange={(_, { value }) => setEmail(value)}
          />
        </Field>
        {elsewhere && <Trouble error={error} />}
        <div>
          <Button type="submit" appearance="primary" size="large" disabledFocusable={busy}>
            {t(busy ? "new.sending" : opened.asks_code ? "request.send_code" : "request.next")}
          </Button>
        </div>
      </form>
    </>
  );
}
