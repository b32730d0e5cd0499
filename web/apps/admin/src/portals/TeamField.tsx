import { Field, Select } from "@fluentui/react-components";
import { ProblemBar, useBootstrap, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { MAILBOXES, mailboxes } from "../mailboxes/api.ts";

interface Props {
  /** A shared mailbox; nobody seals it, if empty. */
  readonly value: string;
  readonly onChange: (mailbox: string) => void;
}

/** Whether uploaders seal what comes in, and to which team's key. Not there where the tenant's rules do not let it be. */
export function TeamField({ value, onChange }: Props): ReactNode {
  const { t } = useSpeech();
  const said = useBootstrap(true).data?.policy.zero_knowledge;
  const { data, error, refetch } = useQuery({
    queryKey: [...MAILBOXES, "list"],
    queryFn: mailboxes.list,
  });
  if (said === "forbid") return null;
  if (error && !data) return <ProblemBar error={error} retry={() => void refetch()} />;
  return (
    <Field label={t("portals.field.team")} hint={t("portals.hint.team")}>
      <Select value={value} onChange={(_, chosen) => onChange(chosen.value)}>
        <option value="">{t("portals.team.none")}</option>
        {data?.mailboxes.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {t("portals.team.one", { name: name ? `${name} <${email}>` : email })}
          </option>
        ))}
      </Select>
    </Field>
  );
}
