import { Button, Field, makeStyles, Textarea } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

/** The most that is read of a file, and that the service takes at once, in bytes. */
const MOST_BYTES = 1 << 20;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem", justifyItems: "start" },
  field: { width: "100%" },
  text: { fontFamily: "monospace", minHeight: "8rem" },
});

interface Props {
  readonly label: string;
  /** What stands in a line. */
  readonly hint: string;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A table, written or pasted, or taken from a file: nothing of it is sent before somebody says so. */
export function TableField({ label, hint, value, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const chooser = useRef<HTMLInputElement>(null);
  const [isTooLarge, setIsTooLarge] = useState(false);
  const message = isTooLarge ? t("parts.table.too_large", { size: format.size(MOST_BYTES) }) : fault;

  const take = async (file: File | undefined) => {
    if (!file) return;
    setIsTooLarge(file.size > MOST_BYTES);
    if (file.size <= MOST_BYTES) onChange(await file.text());
  };

  return (
    <div className={styles.all}>
      <Field
        className={styles.field}
        label={label}
        hint={hint}
        {...(message && { validationMessage: message })}
      >
        <Textarea
          resize="vertical"
          spellCheck={false}
          value={value}
          textarea={{ className: styles.text }}
          onChange={(_, written) => onChange(written.value)}
        />
      </Field>
      <input
        ref={chooser}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0]);
          // The same file again is news, too: it may have changed.
          event.target.value = "";
        }}
      />
      <Button onClick={() => chooser.current?.click()}>{t("parts.table.file")}</Button>
    </div>
  );
}
