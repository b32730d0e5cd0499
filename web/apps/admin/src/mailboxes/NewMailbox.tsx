import { Button } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { faultOf } from "../users/check.ts";
import { MAILBOXES, mailboxes } from "./api.ts";

/** Adds a shared mailbox. */
export function NewMailbox({ onDone }: { readonly onDone: (email: string) => void }): ReactNode {
  const { t } = useSpeech();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [fault, setFault] = useState<ReturnType<typeof faultOf>>();
  const emailField = useRef<HTMLInputElement>(null);
  const create = useAct(mailboxes.create, [MAILBOXES]);
  const taken = create.error instanceof Problem && create.error.code === "already_exists";

  const submit = () => {
    const wish = { email: email.trim(), name: name.trim() };
    const found = faultOf(wish);
    setFault(found);
    if (found) return;
    create.mutate(wish, {
      onSuccess: () => {
        setEmail("");
        setName("");
        onDone(wish.email);
        emailField.current?.focus();
      },
    });
  };
  const emailFault = fault?.field === "email" ? t(fault.text) : taken ? t("users.taken") : undefined;
  const nameFault = fault?.field === "name" ? t(fault.text) : undefined;

  return (
    <>
      <Form shape="row" error={create.error} onSubmit={submit}>
        <TextField
          type="email"
          label={t("mailboxes.new_email")}
          value={email}
          fault={emailFault}
          field={emailField}
          onChange={(value) => {
            setEmail(value);
            create.reset();
          }}
        />
        <TextField
          label={t("mailboxes.name")}
          hint={t("users.name_hint")}
          value={name}
          fault={nameFault}
          onChange={setName}
        />
        <Button type="submit" appearance="primary" disabledFocusable={create.isPending}>
          {t("mailboxes.add")}
        </Button>
      </Form>
      {create.error && !taken && <ProblemBar error={create.error} />}
    </>
  );
}
