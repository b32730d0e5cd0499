import { Button, Checkbox, Field, Input, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { Group } from "../parts/Group.tsx";
import { useAct } from "../parts/useAct.ts";
import { userOf } from "../users/all.ts";
import { CLIENTS, clients, SCOPES, type Scope } from "./api.ts";

const useStyles = makeStyles({
  form: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    margin: 0,
    maxWidth: "48rem",
  },
  fields: { display: "flex", flexWrap: "wrap", gap: "0.75rem" },
  field: { flex: "1 1 14rem", minWidth: "min(12rem, 100%)" },
  input: { width: "100%", minWidth: 0 },
  scopes: { display: "flex", flexWrap: "wrap", gap: "0 0.5rem" },
});

/** Nobody has this address. */
class NoUser extends Error {}

/** Makes an API client, which acts as a user. */
export function NewClient({
  onMade,
}: {
  readonly onMade: (made: Shape<"ApiClientSecret">) => void;
}): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["send", "read"]);
  const [tried, setTried] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const emailField = useRef<HTMLInputElement>(null);
  const create = useAct(async () => {
    const user = await userOf(email);
    if (!user) throw new NoUser();
    return clients.create({ name: name.trim(), user_id: user.id, scopes: scopes.join(" ") });
  }, [CLIENTS]);
  const isNobody = create.error instanceof NoUser;
  const faults = {
    name: name.trim() === "" ? t("clients.fault.name") : undefined,
    email: email.trim() === "" ? t("users.fault.no_email") : undefined,
    scopes: scopes.length === 0 ? t("clients.fault.scopes") : undefined,
  };
  const nameFault = tried ? faults.name : undefined;
  const emailFault = (tried ? faults.email : undefined) ?? (isNobody ? t("mailboxes.no_user") : undefined);

  const submit = () => {
    setTried(true);
    if (faults.name) return nameField.current?.focus();
    if (faults.email) return emailField.current?.focus();
    if (faults.scopes) return undefined;
    create.mutate(undefined, {
      onSuccess: (made) => {
        setName("");
        setTried(false);
        onMade(made);
      },
      onError: (error) => error instanceof NoUser && emailField.current?.focus(),
    });
    return undefined;
  };

  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={styles.fields}>
        <Field
          className={styles.field}
          label={t("clients.new_name")}
          hint={t("clients.name_hint")}
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
        <Field
          className={styles.field}
          label={t("clients.new_user")}
          hint={t("clients.user_hint")}
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
      </div>
      <Group
        label={t("clients.scopes")}
        hint={t("clients.scopes_hint")}
        fault={tried ? faults.scopes : undefined}
        className={styles.scopes}
      >
        {SCOPES.map((scope) => (
          <Checkbox
            key={scope}
            label={t(`clients.scope.${scope}`)}
            checked={scopes.includes(scope)}
            onChange={(_, { checked }) =>
              setScopes(checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
            }
          />
        ))}
      </Group>
      {create.error && !isNobody && <ProblemBar error={create.error} />}
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={create.isPending}>
          {t("clients.create")}
        </Button>
      </div>
    </form>
  );
}
