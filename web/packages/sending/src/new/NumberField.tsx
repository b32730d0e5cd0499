import { Field, Input } from "@fluentui/react-components";
import type { ReactNode } from "react";

/** What is typed as a whole number from 1 to `most`: the number, nothing if nothing is typed, or `NaN`. */
export function count(text: string, most: number): number | undefined {
  if (text.trim() === "") return undefined;
  const number = /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : Number.NaN;
  return number >= 1 && number <= most ? number : Number.NaN;
}

interface Props {
  readonly label: string;
  readonly hint: string;
  /** As it was typed. */
  readonly value: string;
  readonly fault: string | undefined;
  readonly required?: boolean;
  readonly onChange: (text: string) => void;
}

/** A whole number. What was typed stays as it is: [`count`] reads it. */
export function NumberField({ label, hint, value, fault, required, onChange }: Props): ReactNode {
  return (
    <Field
      label={label}
      hint={hint}
      required={required ?? false}
      {...(fault && { validationState: "error", validationMessage: fault })}
    >
      <Input
        type="text"
        inputMode="numeric"
        autoComplete="off"
        value={value}
        onChange={(_, typed) => onChange(typed.value)}
      />
    </Field>
  );
}
