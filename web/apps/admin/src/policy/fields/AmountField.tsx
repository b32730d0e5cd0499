import { Field, Input, makeStyles, Select } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useId, useState } from "react";

import { BYTES, fitting, read, SECONDS, type Unit } from "../amounts.ts";
import type { Json } from "../document.ts";
import type { NumberField } from "../fields.ts";
import { useShown } from "../useShown.ts";
import { type FieldProps, useFrame } from "./FieldView.tsx";

const useStyles = makeStyles({
  both: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  number: { width: "9rem" },
});

const ONE: Unit = { word: "", worth: 1 };
const UNITS: Readonly<Record<NumberField["kind"], readonly Unit[]>> = {
  count: [ONE],
  seconds: SECONDS,
  bytes: BYTES,
};

/** What stands in the field for a value: the number in the unit that fits it, nothing for none. */
function written(value: Json, kind: NumberField["kind"]): { readonly text: string; readonly unit: Unit } {
  const units = UNITS[kind];
  const largest = units.at(-1) ?? ONE;
  if (typeof value !== "number") return { text: "", unit: largest };
  const unit = value === 0 ? largest : (fitting(value, units) ?? units[0] ?? ONE);
  return { text: String(value / unit.worth), unit };
}

/** A number, and the unit in which it is written. */
export function AmountField({ field, draft }: FieldProps<NumberField>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const show = useShown();
  const [{ text, unit }, setWritten] = useState(() => written(draft.value(field.path), field.kind));
  const { label, ...frame } = useFrame({ field, draft });

  const write = (next: { text: string; unit: Unit }) => {
    setWritten(next);
    if (next.text.trim() === "" && field.none) return draft.edit(field.path, null);
    const number = read(next.text);
    if (number === undefined) return draft.find(field.path, { text: t("policy.fault.number") });
    const amount = Math.round(number * next.unit.worth);
    if (amount < field.least || amount > field.most) {
      const [least, most] = [show(field.path, field.least), show(field.path, field.most)];
      return draft.find(field.path, { text: t("policy.fault.range", { least, most }) });
    }
    draft.edit(field.path, amount);
  };

  const units = UNITS[field.kind];
  const unitId = useId();
  return (
    <Field {...frame} label={label}>
      <div className={styles.both}>
        <Input
          className={styles.number}
          inputMode="decimal"
          autoComplete="off"
          placeholder={field.none ? t(field.none) : ""}
          value={text}
          onChange={(_, { value }) => write({ text: value, unit })}
        />
        {units.length > 1 && (
          <Select
            // One of its own: the field gives the same to every control in it.
            id={unitId}
            aria-label={t("policy.unit", { field: label })}
            value={unit.word}
            onChange={(_, { value }) =>
              write({ text, unit: units.find(({ word }) => word === value) ?? unit })
            }
          >
            {units.map(({ word }) => (
              <option key={word} value={word}>
                {field.kind === "seconds" ? t(`policy.unit.${word as "days"}`) : word}
              </option>
            ))}
          </Select>
        )}
      </div>
    </Field>
  );
}
