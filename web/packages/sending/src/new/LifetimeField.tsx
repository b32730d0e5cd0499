import { Field, Select } from "@fluentui/react-components";
import { type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const HOUR = 3600;
const DAY = 24 * HOUR;
const OFFERED = [HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 180 * DAY, 365 * DAY];

/** The lifetimes that a tenant's bounds leave, its own default and maximum among them. */
export function lifetimes(usual: number, most: number): number[] {
  const all = new Set([...OFFERED.filter((seconds) => seconds <= most), usual, most]);
  return [...all].sort((a, b) => a - b);
}

interface Props {
  readonly label: string;
  /** Says what ends then, with a place for the `time`. */
  readonly ends?: TextKey;
  readonly value: number;
  readonly usual: number;
  readonly most: number;
  readonly fault?: string | undefined;
  readonly onChange: (seconds: number) => void;
}

/** How long something is there, with the day on which that ends. */
export function LifetimeField({ label, ends, value, usual, most, fault, onChange }: Props): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Field
      label={label}
      hint={t(ends ?? "new.lifetime.end", { time: format.time(new Date(Date.now() + value * 1000)) })}
      {...(fault && { validationState: "error", validationMessage: fault })}
    >
      <Select value={String(value)} onChange={(_, chosen) => onChange(Number(chosen.value))}>
        {lifetimes(usual, most).map((seconds) => (
          <option key={seconds} value={String(seconds)}>
            {format.duration(seconds)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
