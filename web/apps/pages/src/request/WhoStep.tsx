import { Button, Field, Input, makeStyles, Textarea } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { isAddress } from "@sealpost/sending/new/addresses.ts";
import { useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import type { Opened, Who } from "./note.ts";
import { StepHeading } from "./StepHeading.tsx";
import { Trouble } from "./Trouble.tsx";
import { toldUploader } from "./told.ts";
import { WhomField } from "./WhomField.tsx";
import { asksWhom, recipientsOf, whomFault, whomOf } from "./whom.ts";

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
  const [whom, setWhom] = useState(() => whomOf(opened, said.recipients));
  const [subject, setSubject] = useState(said.subject);
  const [message, setMessage] = useState(said.message);
  const [tried, setTried] = useState(false);
  const isPortal = opened.kind === "portal";

  const code = error instanceof Problem ? error.code : undefined;
  const nameFault = tried && name.trim() === "" ? t("request.name.none") : undefined;
  const emailFault =
    tried && !isAddress(email.trim())
      ? t("request.email.wrong")
      : code === "wrong_address" && error
        ? toldUploader(error, t)
        : undefined;
  const toFault = whomFault(opened, whom, t);
  const refusedName =
    code === "invalid_request" ? t(isPortal ? "portal.refused" : "request.name.refused") : undefined;
  const elsewhere = error && !["wrong_address", "invalid_request"].includes(code ?? "");
  const invalid = (text: string | undefined) =>
    text ? { validationState: "error" as const, validationMessage: text } : {};

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "" && isAddress(email.trim()) && !toFault) {
      onSubmit({ name: name.trim(), email: email.trim(), recipients: recipientsOf(whom), subject, message });
      return;
    }
    // The messages are there with the next picture: the first of their fields is where to go on.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };

  return (
    <>
      <StepHeading taken={taken}>
        {t(isPortal && asksWhom(opened) ? "portal.who" : "request.who")}
      </StepHeading>
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
            opened.addressHint
              ? t("request.email.bound", { address: opened.addressHint })
              : t(opened.asksCode ? "request.email.code" : "request.email.hint")
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
        {isPortal && (
          <>
            {asksWhom(opened) && (
              <WhomField opened={opened} whom={whom} fault={tried ? toFault : undefined} onChange={setWhom} />
            )}
            <Field label={t("portal.subject")}>
              <Input value={subject} maxLength={200} onChange={(_, { value }) => setSubject(value)} />
            </Field>
            <Field label={t("portal.message")}>
              <Textarea
                value={message}
                rows={4}
                resize="vertical"
                maxLength={5000}
                onChange={(_, { value }) => setMessage(value)}
              />
            </Field>
          </>
        )}
        {elsewhere && <Trouble error={error} />}
        <div>
          <Button type="submit" appearance="primary" size="large" disabledFocusable={busy}>
            {t(busy ? "new.sending" : opened.asksCode ? "request.send_code" : "request.next")}
          </Button>
        </div>
      </form>
    </>
  );
}
