import { Field, Select } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, type Bootstrap, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

interface Props {
  readonly user: Bootstrap["user"];
  /** A shared mailbox; nobody but himself, if empty. */
  readonly value: string;
  readonly onChange: (email: string) => void;
}

function named(name: string, email: string): string {
  return name ? `${name} <${email}>` : email;
}

/** In whose name it is sent. Who may send for nobody else is not asked. */
export function SenderField({ user, value, onChange }: Props): ReactNode {
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: ["mailboxes"],
    queryFn: () => answer(api.GET("/api/v1/mailboxes")),
    staleTime: 300_000,
  });
  if (error && !data) return <ProblemBar error={error} retry={() => void refetch()} />;
  if (!data || data.mailboxes.length === 0) return null;
  return (
    <Field label={t("new.sender")}>
      <Select value={value} onChange={(_, chosen) => onChange(chosen.value)}>
        <option value="">{named(user.name, user.email)}</option>
        {data.mailboxes.map(({ id, name, email }) => (
          <option key={id} value={email}>
            {named(name, email)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
