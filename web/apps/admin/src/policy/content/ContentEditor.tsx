import {
  Checkbox,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
  Select,
  Switch,
} from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Group } from "../../parts/Group.tsx";

import { read } from "../amounts.ts";
import { PROTECTIONS } from "../fields.ts";
import type { ContentRule, Finder } from "../rules/faults.ts";
import { LineField } from "../rules/LineField.tsx";
import type { EditorProps } from "../rules/RuleList.tsx";
import { TextLines } from "../rules/TextLines.tsx";
import { FINDERS, type FinderWord, LEVELS, NUMBERS, PLACES } from "./words.ts";

const useStyles = makeStyles({
  editor: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
  words: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(15rem, 100%), 1fr))" },
  number: { maxWidth: "12rem" },
});

/** What a new finder of a kind looks for. */
const FRESH: Readonly<Record<FinderWord, Finder>> = {
  words: { words: [] },
  number: { number: "iban" },
  shape: { shape: "PAT-######" },
  files_larger_than: { files_larger_than: 25_000_000 },
  more_files_than: { more_files_than: 5 },
};

/** One rule about what is written. */
export function ContentEditor({ rule, fault, onChange }: EditorProps<ContentRule>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const kind = FINDERS.find((one) => one in rule.find) ?? "words";
  const { within = [], protections = [] } = rule;
  const invalid = (field: string) =>
    fault?.field === field ? ({ validationState: "error", validationMessage: t(fault.text) } as const) : {};
  const toggled = (list: readonly string[], word: string, isIn: boolean) =>
    isIn ? [...list, word] : list.filter((one) => one !== word);
  return (
    <div className={styles.editor}>
      <Field label={t("rule.name")} hint={t("rule.name.hint")} required {...invalid("name")}>
        <Input value={rule.name} onChange={(_, { value }) => onChange({ ...rule, name: value })} />
      </Field>
      <Field label={t("content.find")}>
        <Select
          value={kind}
          onChange={(_, { value }) =>
            onChange({ ...rule, find: FRESH[FINDERS.find((one) => one === value) ?? "words"] })
          }
        >
          {FINDERS.map((one) => (
            <option key={one} value={one}>
              {t(`content.find.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Sought rule={rule} fault={fault} onChange={onChange} />
      {kind !== "files_larger_than" && kind !== "more_files_than" && (
        <>
          <Group className={styles.words} label={t("content.within")} hint={t("content.within.hint")}>
            {PLACES.map((place) => (
              <Checkbox
                key={place}
                label={t(`content.within.${place}`)}
                checked={within.includes(place)}
                onChange={(_, { checked }) =>
                  onChange({ ...rule, within: toggled(within, place, checked === true) })
                }
              />
            ))}
          </Group>
          <Field label={t("content.at_least")} {...invalid("at_least")}>
            <Input
              className={styles.number}
              inputMode="numeric"
              value={Number.isNaN(rule.at_least) ? "" : String(rule.at_least ?? 1)}
              onChange={(_, { value }) => onChange({ ...rule, at_least: read(value) ?? Number.NaN })}
            />
          </Field>
        </>
      )}
      <Field label={t("content.level")}>
        <RadioGroup value={rule.level} onChange={(_, { value }) => onChange({ ...rule, level: value })}>
          {LEVELS.map((level) => (
            <Radio key={level} value={level} label={t(`content.level.${level}`)} />
          ))}
        </RadioGroup>
      </Field>
      {rule.level !== "notify" && (
        <Group className={styles.words} label={t("content.protections")} hint={t("content.protections.hint")}>
          {PROTECTIONS.map((word) => (
            <Checkbox
              key={word}
              label={t(`protection.${word}`)}
              checked={protections.includes(word)}
              onChange={(_, { checked }) =>
                onChange({ ...rule, protections: toggled(protections, word, checked === true) })
              }
            />
          ))}
        </Group>
      )}
      <LineField
        text={rule.text}
        fault={fault?.field === "text" ? t(fault.text) : undefined}
        onChange={(text) => onChange({ ...rule, text })}
      />
      <Switch
        label={t("rule.on")}
        checked={!rule.disabled}
        onChange={(_, { checked }) => onChange({ ...rule, disabled: !checked })}
      />
    </div>
  );
}

/** What is looked for. */
function Sought({ rule, fault, onChange }: EditorProps<ContentRule>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { find } = rule;
  const wrong = fault?.field === "find" ? t(fault.text) : undefined;
  const invalid = wrong ? ({ validationState: "error", validationMessage: wrong } as const) : {};
  const change = (next: Finder) => onChange({ ...rule, find: next });
  if ("words" in find)
    return (
      <TextLines
        label={t("content.words")}
        hint={t("content.words.hint")}
        placeholder="diagnos*"
        lines={find.words}
        fault={wrong}
        onChange={(words) => change({ words })}
      />
    );
  if ("number" in find)
    return (
      <Field label={t("content.number")} {...invalid}>
        <Select value={find.number} onChange={(_, { value }) => change({ number: value })}>
          {NUMBERS.map((one) => (
            <option key={one} value={one}>
              {t(`content.number.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
    );
  if ("shape" in find)
    return (
      <Field label={t("content.shape")} hint={t("content.shape.hint")} {...invalid}>
        <Input value={find.shape} onChange={(_, { value }) => change({ shape: value })} />
      </Field>
    );
  const [label, number, made] =
    "files_larger_than" in find
      ? ([
          t("content.bytes"),
          find.files_larger_than,
          (files_larger_than: number) => ({ files_larger_than }),
        ] as const)
      : ([
          t("content.count"),
          find.more_files_than,
          (more_files_than: number) => ({ more_files_than }),
        ] as const);
  return (
    <Field label={label} {...invalid}>
      <Input
        className={styles.number}
        inputMode="numeric"
        value={Number.isNaN(number) ? "" : String(number)}
        onChange={(_, { value }) => change(made(read(value) ?? Number.NaN))}
      />
    </Field>
  );
}
