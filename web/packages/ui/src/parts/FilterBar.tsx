import { Button, Field, Input, makeStyles, Select } from "@fluentui/react-components";
import { type ReactNode, useRef, useState } from "react";

import { useSpeech } from "../language/LanguageProvider.tsx";
import { go } from "../place/usePath.ts";
import { type Filters, filtered } from "./filters.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", alignItems: "start", gap: "0.75rem", margin: 0 },
  field: { flex: "1 1 11rem", maxWidth: "18rem", minWidth: "min(11rem, 100%)" },
  input: { width: "100%", minWidth: 0 },
  // As far down as a field stands below its label.
  buttons: {
    display: "flex",
    flexWrap: "wrap",
    gap: "0.5rem",
    paddingTop: "1.625rem",
    "@media (max-width: 30rem)": { paddingTop: 0, width: "100%" },
  },
});

/** A filter; without `choices` it is written, `day` says that it is a day. */
export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly day?: boolean;
  readonly choices?: readonly { readonly value: string; readonly text: string }[];
  /** What is wrong with something that is written. */
  readonly wrong?: (value: string) => string | undefined;
}

interface Props {
  /** What the filters are of, for those who do not see what they stand over. */
  readonly label: string;
  /** The address of the page without its filters. */
  readonly path: string;
  readonly filters: readonly Filter[];
  /** What the address says. */
  readonly values: Filters;
}

/** Filters of a list: what is chosen stands in the address of the page, and counts from there. */
export function FilterBar({ label, path, filters, values }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(values);
  const [faults, setFaults] = useState<Filters>({});
  const address = filtered(path, values);
  const [shown, setShown] = useState(address);
  // Somebody has gone back, or come by a link.
  if (shown !== address) {
    setShown(address);
    setDraft(values);
    setFaults({});
  }

  const submit = () => {
    const found = filters.flatMap(({ name, wrong }) => {
      const value = draft[name]?.trim();
      const fault = value ? wrong?.(value) : undefined;
      return fault ? [[name, fault] as const] : [];
    });
    setFaults(Object.fromEntries(found));
    const [first] = found;
    if (first) form.current?.querySelector<HTMLInputElement>(`[name="${first[0]}"]`)?.focus();
    else go(filtered(path, draft));
  };

  return (
    <search aria-label={label}>
      <form
        ref={form}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {filters.map((filter) => (
          <One
            key={filter.name}
            filter={filter}
            value={draft[filter.name] ?? ""}
            fault={faults[filter.name]}
            onChange={(value) => setDraft((before) => ({ ...before, [filter.name]: value }))}
          />
        ))}
        <div className={styles.buttons}>
          <Button type="submit" appearance="primary">
            {t("parts.filter")}
          </Button>
          {Object.keys(values).length > 0 && (
            <Button onClick={() => go(path)}>{t("parts.filter_none")}</Button>
          )}
        </div>
      </form>
    </search>
  );
}

interface OneProps {
  readonly filter: Filter;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (value: string) => void;
}

function One({ filter, value, fault, onChange }: OneProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { name, label, hint, day, choices } = filter;
  return (
    <Field
      className={styles.field}
      label={label}
      {...(hint && { hint })}
      {...(fault && { validationMessage: fault })}
    >
      {choices ? (
        <Select
          className={styles.input}
          name={name}
          value={value}
          onChange={(_, chosen) => onChange(chosen.value)}
        >
          <option value="">{t("parts.any")}</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.text}
            </option>
          ))}
        </Select>
      ) : (
        <Input
          className={styles.input}
          name={name}
          type={day ? "date" : "text"}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(_, written) => onChange(written.value)}
        />
      )}
    </Field>
  );
}
