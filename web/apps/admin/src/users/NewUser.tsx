import { Button, Checkbox, Field, makeStyles, Select } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { go, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { USERS, users } from "./api.ts";
import { type Fault, faultOf } from "./check.ts";
import { roleOf } from "./find.ts";
import { useRoles } from "./useRoles.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  form: { gap: "1rem", maxWidth: "30rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

/** Makes a user, and has him mailed a link with which he sets his password. */
export default function NewUser(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const roles = useRoles();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState(roleOf("sender"));
  const [invites, setInvites] = useState(true);
  const [fault, setFault] = useState<Fault>();
  // Kept when only the mail after it has failed: trying again makes nobody twice.
  const made = useRef<string>(undefined);

  const create = useAct(async () => {
    made.current ??= (await users.create({ email: email.trim(), name: name.trim(), role })).id;
    if (invites) await users.reset(made.current, { password: true });
    return made.current;
  }, [USERS, ["admin", "licence"]]);
  const taken = create.error instanceof Problem && create.error.code === "already_exists";

  const submit = () => {
    const found = faultOf({ email: email.trim(), name: name.trim() });
    setFault(found);
    if (!found) create.mutate(undefined, { onSuccess: (id) => go(address("users", id)) });
  };
  const said = (field: Fault["field"]) => (fault?.field === field ? t(fault.text) : undefined);
  const emailFault = said("email") ?? (taken ? t("users.taken") : undefined);

  return (
    <section className={styles.all}>
      <SectionHead title={t("users.new")} back={{ to: address("users"), text: t("users.back") }} />
      <Form className={styles.form} error={create.error} onSubmit={submit}>
        <TextField
          type="email"
          label={t("users.email")}
          required
          value={email}
          fault={emailFault}
          onChange={(value) => {
            setEmail(value);
            create.reset();
            made.current = undefined;
          }}
        />
        <TextField
          label={t("users.name")}
          hint={t("users.name_hint")}
          value={name}
          fault={said("name")}
          onChange={setName}
        />
        <Field label={t("users.role")} hint={t(`users.role_text.${role}`)}>
          <Select value={role} onChange={(_, { value }) => setRole(roleOf(value))}>
            {roles.map((one) => (
              <option key={one} value={one}>
                {t(`users.role.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Checkbox
          label={t("users.invite")}
          checked={invites}
          onChange={(_, { checked }) => setInvites(checked === true)}
        />
        {create.error && !taken && <ProblemBar error={create.error} />}
        <div className={styles.buttons}>
          <Button type="submit" appearance="primary" disabledFocusable={create.isPending}>
            {t("users.create")}
          </Button>
          <Button onClick={() => go(address("users"))}>{t("parts.cancel")}</Button>
        </div>
      </Form>
    </section>
  );
}
