import { Button, Checkbox, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { Group } from "../parts/Group.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { userOf } from "../users/all.ts";
import { CLIENTS, clients, SCOPES, type Scope } from "./api.ts";

const useStyles = makeStyles({
  form: { maxWidth: "48rem" },
  fields: { display: "flex", flexWrap: "wrap", gap: "0.75rem" },
  field: { flex: "1 1 14rem", minWidth: "min(12rem, 100%)" },
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
    if (faults.name || faults.email || faults.scopes) return;
    create.mutate(undefined, {
      onSuccess: (made) => {
        setName("");
        setTried(false);
        onMade(made);
      },
    });
  };

  return (
    <Form className={styles.form} error={create.error} onSubmit={submit}>
      <div className={styles.fields}>
        <TextField
          className={styles.field}
          label={t("clients.new_name")}
          hint={t("clients.name_hint")}
          value={name}
          fault={nameFault}
          onChange={setName}
        />
        <TextField
          className={styles.field}
          type="email"
          label={t("clients.new_user")}
          hint={t("clients.user_hint")}
          value={email}
          fault={emailFault}
          onChange={(value) => {
            setEmail(value);
            create.reset();
          }}
        />
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
    </Form>
  );
}
