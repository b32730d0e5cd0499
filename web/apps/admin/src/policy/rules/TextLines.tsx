import { Field, makeStyles, Textarea } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";

const useStyles = makeStyles({ text: { fontFamily: "monospace" } });

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly lines: readonly string[];
  readonly placeholder: string;
  readonly fault: string | undefined;
  readonly onChange: (lines: readonly string[]) => void;
}

/** A text a line, as it is written; blank lines are none. */
export function TextLines({ label, hint, lines, placeholder, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const [text, setText] = useState(lines.join("\n"));
  return (
    <Field label={label} hint={hint} {...(fault && { validationState: "error", validationMessage: fault })}>
      <Textarea
        textarea={{ className: styles.text }}
        resize="vertical"
        rows={Math.min(Math.max(lines.length + 1, 2), 10)}
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        onChange={(_, { value }) => {
          setText(value);
          onChange(
            value
              .split("\n")
              .map((line) => line.trim())
              .filter((line) => line !== ""),
          );
        }}
      />
    </Field>
  );
}
