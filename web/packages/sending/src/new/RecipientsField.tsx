import {
  Field,
  Input,
  InteractionTag,
  InteractionTagPrimary,
  InteractionTagSecondary,
  makeStyles,
} from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";

import { isAddress, isList, split } from "./addresses.ts";
import type { Recipient } from "./draft.ts";

const useStyles = makeStyles({
  chips: {
    display: "flex",
    flexWrap: "wrap",
    gap: "0.375rem",
    margin: "0.5rem 0 0",
    padding: 0,
    listStyle: "none",
  },
  chip: { maxWidth: "100%" },
  tag: { height: "auto", minHeight: "2rem" },
  primary: { height: "auto", minWidth: 0 },
  secondary: { height: "auto", alignSelf: "stretch" },
  // All of it is read before anything is sent there.
  address: { minWidth: 0, overflowWrap: "anywhere", whiteSpace: "normal", textAlign: "start" },
});

interface Props {
  readonly recipients: readonly Recipient[];
  readonly fault: string | undefined;
  readonly onChange: (recipients: readonly Recipient[]) => void;
}

/** Whom it is for: one chip each. Enter, a comma, or leaving the field makes one; a pasted list makes many. */
export function RecipientsField({ recipients, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);

  const add = (addresses: readonly string[]) => {
    const known = new Set(recipients.map(({ email }) => email.toLowerCase()));
    const fresh = addresses.filter(
      (email) => !known.has(email.toLowerCase()) && known.add(email.toLowerCase()),
    );
    setText("");
    if (fresh.length > 0) onChange([...recipients, ...fresh.map((email) => ({ email, phone: "" }))]);
  };
  const remove = (email: string) => {
    onChange(recipients.filter((recipient) => recipient.email !== email));
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && text.trim()) {
      event.preventDefault();
      add(split(text));
    } else if (event.key === "Backspace" && text === "") {
      const last = recipients.at(-1);
      if (last) remove(last.email);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData("text");
    if (!isList(pasted) && !isAddress(pasted.trim())) return;
    event.preventDefault();
    add(split(text + pasted));
  };

  return (
    <div>
      <Field
        label={t("new.recipients")}
        hint={t("new.recipients.hint")}
        required
        {...(fault && { validationState: "error", validationMessage: fault })}
      >
        <Input
          input={{ ref: input }}
          type="text"
          inputMode="email"
          autoComplete="off"
          value={text}
          onChange={(_, { value }) => (isList(value) ? add(split(value)) : setText(value))}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => add(split(text))}
        />
      </Field>
      {recipients.length > 0 && (
        <ul className={styles.chips} aria-label={t("new.recipients.list")}>
          {recipients.map(({ email }) => (
            <li key={email} className={styles.chip}>
              <InteractionTag className={styles.tag} appearance={isAddress(email) ? "filled" : "outline"}>
                {/* Or else Enter in any field of the form would press the first of them. */}
                <InteractionTagPrimary
                  type="button"
                  hasSecondaryAction
                  className={styles.primary}
                  primaryText={{ className: styles.address, children: <bdi>{email}</bdi> }}
                  title={t("new.recipients.edit", { address: email })}
                  onClick={() => {
                    remove(email);
                    setText(email);
                  }}
                />
                <InteractionTagSecondary
                  type="button"
                  className={styles.secondary}
                  aria-labelledby={undefined}
                  aria-label={t("new.recipients.remove", { address: email })}
                  onClick={() => remove(email)}
                />
              </InteractionTag>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
