import { Field, Select } from "@fluentui/react-components";
import { type Bootstrap, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { asksReplies, type Draft } from "./draft.ts";

interface Props {
  readonly draft: Draft;
  readonly policy: Bootstrap["policy"];
  readonly fault: string | undefined;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** Whether recipients may send files back; why they may not, where that is not the sender's choice. */
export function RepliesField({ draft, policy, fault, onChange }: Props): ReactNode {
  const { t } = useSpeech();
  if (policy.locked.includes("reply")) return null;
  if (!asksReplies(draft, policy))
    return <div>{t(policy.replies === "forbid" ? "new.replies.never" : "new.replies.mailbox")}</div>;
  return (
    <Field
      label={t("new.replies")}
      hint={t("new.replies.hint")}
      {...(fault && { validationState: "error", validationMessage: fault })}
    >
      <Select
        value={draft.replies ? "allow" : "forbid"}
        onChange={(_, { value }) => onChange({ replies: value === "allow" })}
      >
        <option value="allow">{t("new.replies.allow")}</option>
        <option value="forbid">{t("new.replies.forbid")}</option>
      </Select>
    </Field>
  );
}
