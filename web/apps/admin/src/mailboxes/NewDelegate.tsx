import { Button } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { userOf } from "../users/all.ts";
import { delegatesKey, mailboxes } from "./api.ts";

/** Nobody has this address. */
class NoUser extends Error {}

interface Props {
  readonly mailbox: string;
  readonly onDone: (email: string) => void;
}

/** Lets a user, named by his address, send for a mailbox. */
export function NewDelegate({ mailbox, onDone }: Props): ReactNode {
  const { t } = useSpeech();
  const [email, setEmail] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const add = useAct(
    async (wanted: string) => {
      const user = await userOf(wanted);
      if (!user) throw new NoUser();
      await mailboxes.delegate(mailbox, user.id);
    },
    [delegatesKey(mailbox)],
  );

  const submit = () => {
    const wanted = email.trim();
    setIsMissing(wanted === "");
    if (wanted === "") return;
    add.mutate(wanted, {
      onSuccess: () => {
        setEmail("");
        onDone(wanted);
        field.current?.focus();
      },
    });
  };
  const isNobody = add.error instanceof NoUser;
  const fault = isMissing ? t("users.fault.no_email") : isNobody ? t("mailboxes.no_user") : undefined;

  return (
    <>
      <Form shape="row" error={add.error} onSubmit={submit}>
        <TextField
          type="email"
          label={t("mailboxes.new_delegate")}
          value={email}
          fault={fault}
          field={field}
          onChange={(value) => {
            setEmail(value);
            add.reset();
          }}
        />
        <Button type="submit" appearance="primary" disabledFocusable={add.isPending}>
          {t("mailboxes.delegate")}
        </Button>
      </Form>
      {add.error && !isNobody && <ProblemBar error={add.error} />}
    </>
  );
}
