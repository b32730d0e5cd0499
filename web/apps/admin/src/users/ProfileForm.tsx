import { Button, Field, Select } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { users } from "./api.ts";
import { faultOf } from "./check.ts";
import type { UserDeed } from "./Deeds.tsx";
import { roleOf } from "./find.ts";
import { useRoles } from "./useRoles.ts";

interface Props {
  readonly user: Shape<"User">;
  /** Whether it is who looks: nobody changes his own role. */
  readonly isSelf: boolean;
  readonly isBusy: boolean;
  readonly onDeed: (deed: UserDeed) => void;
}

/** A person's name and role. */
export function ProfileForm({ user, isSelf, isBusy, onDeed }: Props): ReactNode {
  const { t } = useSpeech();
  const roles = useRoles();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(roleOf(user.role));
  const [isTooLong, setIsTooLong] = useState(false);

  const submit = () => {
    const fault = faultOf({ email: user.email, name: name.trim() });
    setIsTooLong(fault?.field === "name");
    if (fault) return;
    onDeed({
      act: (id) => users.change(id, { name: name.trim(), ...(role !== user.role && { role }) }),
      said: role === user.role ? "users.saved" : "users.saved_role",
    });
  };

  return (
    <Form shape="row" onSubmit={submit}>
      <TextField
        label={t("users.name")}
        value={name}
        fault={isTooLong ? t("users.fault.name") : undefined}
        onChange={setName}
      />
      <Field label={t("users.role")} hint={t(isSelf ? "users.own_role" : `users.role_text.${role}`)}>
        <Select disabled={isSelf} value={role} onChange={(_, { value }) => setRole(roleOf(value))}>
          {roles.map((one) => (
            <option key={one} value={one}>
              {t(`users.role.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" disabledFocusable={isBusy}>
        {t("users.save")}
      </Button>
    </Form>
  );
}
