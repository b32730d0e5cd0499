import { Button, Field, Input, makeStyles, Select } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { users } from "./api.ts";
import { faultOf } from "./check.ts";
import type { UserDeed } from "./Deeds.tsx";
import { roleOf } from "./find.ts";
import { useRoles } from "./useRoles.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", alignItems: "start", gap: "0.75rem", margin: 0 },
  field: { flex: "1 1 14rem", maxWidth: "24rem", minWidth: "min(12rem, 100%)" },
  input: { width: "100%", minWidth: 0 },
  button: { marginTop: "1.625rem", "@media (max-width: 30rem)": { marginTop: 0 } },
});

interface Props {
  readonly user: Shape<"User">;
  /** Whether it is who looks: nobody changes his own role. */
  readonly isSelf: boolean;
  readonly isBusy: boolean;
  readonly onDeed: (deed: UserDeed) => void;
}

/** A person's name and role. */
export function ProfileForm({ user, isSelf, isBusy, onDeed }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const roles = useRoles();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(roleOf(user.role));
  const [isTooLong, setIsTooLong] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const submit = () => {
    const fault = faultOf({ email: user.email, name: name.trim() });
    setIsTooLong(fault?.field === "name");
    if (fault) return field.current?.focus();
    onDeed({
      act: (id) => users.change(id, { name: name.trim(), ...(role !== user.role && { role }) }),
      said: role === user.role ? "users.saved" : "users.saved_role",
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
      <Field
        className={styles.field}
        label={t("users.name")}
        {...(isTooLong && { validationMessage: t("users.fault.name") })}
      >
        <Input
          className={styles.input}
          type="text"
          autoComplete="off"
          value={name}
          input={{ ref: field }}
          onChange={(_, { value }) => setName(value)}
        />
      </Field>
      <Field
        className={styles.field}
        label={t("users.role")}
        hint={t(isSelf ? "users.own_role" : `users.role_text.${role}`)}
      >
        <Select
          className={styles.input}
          disabled={isSelf}
          value={role}
          onChange={(_, { value }) => setRole(roleOf(value))}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {t(`users.role.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Button className={styles.button} type="submit" disabledFocusable={isBusy}>
        {t("users.save")}
      </Button>
    </form>
  );
}
