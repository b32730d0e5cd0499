import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { useAct } from "../parts/useAct.ts";
import { userOf } from "../users/all.ts";
import { delegatesKey, mailboxes } from "./api.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", alignItems: "start", gap: "0.75rem", margin: 0 },
  field: { flex: "1 1 14rem", maxWidth: "24rem", minWidth: "min(12rem, 100%)" },
  input: { width: "100%", minWidth: 0 },
  button: { marginTop: "1.625rem", "@media (max-width: 30rem)": { marginTop: 0 } },
});

/** Nobody has this address. */
class NoUser extends Error {}

interface Props {
  readonly mailbox: string;
  readonly onDone: (email: string) => void;
}

/** Lets a user, named by his address, send for a mailbox. */
export function NewDelegate({ mailbox, onDone }: Props): ReactNode {
  const styles = useStyles();
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
    if (wanted === "") return field.current?.focus();
    add.mutate(wanted, {
      onSuccess: () => {
        setEmail("");
        onDone(wanted);
        field.current?.focus();
      },
      onError: () => field.current?.focus(),
    });
    return undefined;
  };
  const isNobody = add.error instanceof NoUser;
  const fault = isMissing ? t("users.fault.no_email") : isNobody ? t("mailboxes.no_user") : undefined;

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
          label={t("mailboxes.new_delegate")}
          {...(fault && { validationMessage: fault })}
        >
          <Input
            className={styles.input}
            type="email"
            autoComplete="off"
            value={email}
            input={{ ref: field }}
            onChange={(_, { value }) => {
              setEmail(value);
              add.reset();
            }}
          />
        </Field>
        <Button
          className={styles.button}
          type="submit"
          appearance="primary"
          disabledFocusable={add.isPending}
        >
          {t("mailboxes.delegate")}
        </Button>
      </form>
      {add.error && !isNobody && <ProblemBar error={add.error} />}
    </>
  );
}
