import { Button, Input, makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useRef } from "react";

import { Group } from "../parts/Group.tsx";
import type { Choice } from "./draft.ts";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.5rem",
    margin: "0 0 0.5rem",
    padding: 0,
    listStyle: "none",
  },
  row: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  field: { flex: "1 1 11rem", minWidth: 0 },
});

interface Props {
  readonly choices: readonly Choice[];
  readonly fault: string | undefined;
  readonly onChange: (choices: readonly Choice[]) => void;
}

/** Whom uploaders may choose: users by their addresses, and what they are shown as. */
export function Choices({ choices, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const list = useRef<HTMLUListElement>(null);
  const wasAdded = useRef(false);
  const count = choices.length;

  useEffect(() => {
    if (count > 0 && wasAdded.current) list.current?.lastElementChild?.querySelector("input")?.focus();
    wasAdded.current = false;
  }, [count]);

  const add = () => {
    wasAdded.current = true;
    onChange([...choices, { key: Math.max(0, ...choices.map(({ key }) => key)) + 1, email: "", label: "" }]);
  };
  const change = (key: number, next: Partial<Choice>) =>
    onChange(choices.map((choice) => (choice.key === key ? { ...choice, ...next } : choice)));

  return (
    <Group label={t("portals.field.recipients")} hint={t("portals.hint.recipients")} fault={fault}>
      <ul ref={list} className={styles.list}>
        {choices.map(({ key, email, label }, place) => (
          <li key={key} className={styles.row}>
            <Input
              className={styles.field}
              type="email"
              aria-label={t("portals.choice.email", { number: place + 1 })}
              placeholder={t("portals.choice.email_short")}
              value={email}
              onChange={(_, { value }) => change(key, { email: value })}
            />
            <Input
              className={styles.field}
              aria-label={t("portals.choice.label", { number: place + 1 })}
              placeholder={t("portals.choice.label_short")}
              value={label}
              onChange={(_, { value }) => change(key, { label: value })}
            />
            <Button
              aria-label={t("portals.choice.remove", { number: place + 1 })}
              onClick={() => onChange(choices.filter((choice) => choice.key !== key))}
            >
              {t("rule.remove")}
            </Button>
          </li>
        ))}
      </ul>
      <Button onClick={add}>{t("portals.choice.add")}</Button>
    </Group>
  );
}
