import { Button, makeStyles, Select, tokens } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from "@fluentui/react-icons";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useRef, useState } from "react";

import { Group } from "../../parts/Group.tsx";

import { moved } from "../order.ts";

const useStyles = makeStyles({
  list: { margin: "0 0 0.5rem", padding: 0, listStyle: "none", maxWidth: "32rem" },
  item: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.5rem",
    padding: "0.125rem 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  deeds: { display: "flex", flexShrink: 0 },
});

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly fault: string | undefined;
  readonly words: readonly { readonly word: string; readonly text: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Words in an order, which buttons change; the focus goes along with what is moved. */
export function OrderedWords({ label, hint, fault, words, chosen, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const list = useRef<HTMLOListElement>(null);
  const [follow, setFollow] = useState<{ readonly place: number; readonly deed: string }>();
  const textOf = (word: string) => words.find((one) => one.word === word)?.text ?? word;
  const left = words.filter(({ word }) => !chosen.includes(word));

  useEffect(() => {
    if (!follow) return;
    const buttons = list.current?.children[follow.place]?.querySelectorAll("button") ?? [];
    const wished = [...buttons].find((one) => one.dataset.deed === follow.deed && !one.disabled);
    (wished ?? buttons[0])?.focus();
  }, [follow]);

  const move = (from: number, to: number, deed: string) => {
    onChange(moved(chosen, from, to));
    setFollow({ place: to, deed });
  };

  return (
    <Group label={label} hint={hint} fault={fault}>
      <ol ref={list} className={styles.list}>
        {chosen.map((word, place) => (
          <li key={word} className={styles.item}>
            {textOf(word)}
            <span className={styles.deeds}>
              <Button
                appearance="subtle"
                icon={<ArrowUpRegular />}
                data-deed="up"
                aria-label={t("order.up", { name: textOf(word) })}
                disabledFocusable={place === 0}
                onClick={() => move(place, place - 1, "up")}
              />
              <Button
                appearance="subtle"
                icon={<ArrowDownRegular />}
                data-deed="down"
                aria-label={t("order.down", { name: textOf(word) })}
                disabledFocusable={place === chosen.length - 1}
                onClick={() => move(place, place + 1, "down")}
              />
              <Button
                appearance="subtle"
                icon={<DismissRegular />}
                aria-label={t("order.remove", { name: textOf(word) })}
                disabledFocusable={chosen.length === 1}
                onClick={() => {
                  onChange(chosen.filter((one) => one !== word));
                  setFollow({ place: Math.max(place - 1, 0), deed: "up" });
                }}
              />
            </span>
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <Select
          aria-label={t("order.add", { name: label })}
          value=""
          onChange={(_, { value }) => value && onChange([...chosen, value])}
        >
          <option value="">{t("order.add_short")}</option>
          {left.map(({ word, text }) => (
            <option key={word} value={word}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Group>
  );
}
