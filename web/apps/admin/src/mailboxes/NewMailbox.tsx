import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { useAct } from "../parts/useAct.ts";
import { faultOf } from "../users/check.ts";
import { MAILBOXES, mailboxes } from "./api.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", alignItems: "start", gap: "0.75rem", margin: 0 },
  field: { flex: "1 1 14rem", maxWidth: "24rem", minWidth: "min(12rem, 100%)" },
  input: { width: "100%", minWidth: 0 },
  button: { marginTop: "1.625rem", "@media (max-width: 30rem)": { marginTop: 0 } },
});

/** Adds a shared mailbox. */
export function NewMailbox({ onDone }: { readonly onDone: (email: string) => void }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [fault, setFault] = useState<ReturnType<typeof faultOf>>();
  const emailField = useRef<HTMLInputElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const create = useAct(mailboxes.create, [MAILBOXES]);
  const taken = create.error instanceof Problem && create.error.code === "already_exists";

  const submit = () => {
    const wish = { email: email.trim(), name: name.trim() };
    const found = faultOf(wish);
    setFault(found);
    if (found) return (found.field === "email" ? emailField : nameField).current?.focus();
    create.mutate(wish, {
      onSuccess: () => {
        setEmail("");
        setName("");
        onDone(wish.email);
        emailField.current?.focus();
      },
      onError: () => emailField.current?.focus(),
    });
    return undefined;
  };
  const emailFault = fault?.field === "email" ? t(fault.text) : taken ? t("users.taken") : undefined;
  const nameFault = fault?.field === "name" ? t(fault.text) : undefined;

  return (
    <>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field
          className={styles.field}
          label={t("mailboxes.new_email")}
          {...(emailFault && { validationMessage: emailFault })}
        >
          <Input
            className={styles.input}
            type="email"
            autoComplete="off"
            value={email}
            input={{ ref: emailField }}
            onChange={(_, { value }) => {
              setEmail(value);
              create.reset();
            }}
          />
        </Field>
        <Field
          className={styles.field}
          label={t("mailboxes.name")}
          hint={t("users.name_hint")}
          {...(nameFault && { validationMessage: nameFault })}
        >
          <Input
            className={styles.input}
            type="text"
            autoComplete="off"
            value={name}
            input={{ ref: nameField }}
            onChange={(_, { value }) => setName(value)}
          />
        </Field>
        <Button
          className={styles.button}
          type="submit"
          appearance="primary"
          disabledFocusable={create.isPending}
        >
          {t("mailboxes.add")}
        </Button>
      </form>
      {create.error && !taken && <ProblemBar error={create.error} />}
    </>
  );
}
