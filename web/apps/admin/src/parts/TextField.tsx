import { Field, Input, type InputProps, Textarea } from "@fluentui/react-components";
import type { ReactElement, ReactNode, RefObject } from "react";

interface Shared {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with it. */
  readonly fault?: string | undefined;
  readonly required?: boolean;
  readonly className?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

type Passed = "contentAfter" | "inputMode" | "maxLength" | "placeholder" | "spellCheck" | "type";

interface Props extends Shared, Pick<InputProps, Passed> {
  readonly autoComplete?: string;
  /** Of the box in which one writes. */
  readonly inputClass?: string;
  readonly field?: RefObject<HTMLInputElement | null>;
}

/** A line that is written. */
export function TextField(props: Props): ReactNode {
  const { label, hint, fault, required, className, inputClass, field, onChange, ...input } = props;
  return (
    <Around {...{ label, hint, fault, required, className }}>
      <Input
        autoComplete="off"
        {...input}
        {...(inputClass && { className: inputClass })}
        {...(field && { input: { ref: field } })}
        onChange={(_, { value }) => onChange(value)}
      />
    </Around>
  );
}

interface LinesProps extends Shared {
  readonly rows?: number;
  readonly placeholder?: string;
  readonly spellCheck?: boolean;
  readonly textClass?: string;
}

/** Several lines that are written. */
export function LinesField(props: LinesProps): ReactNode {
  const { label, hint, fault, required, className, textClass, onChange, ...area } = props;
  return (
    <Around {...{ label, hint, fault, required, className }}>
      <Textarea
        resize="vertical"
        autoComplete="off"
        {...area}
        {...(textClass && { textarea: { className: textClass } })}
        onChange={(_, { value }) => onChange(value)}
      />
    </Around>
  );
}

type AroundProps = Pick<Shared, "label"> & {
  readonly [Name in "hint" | "fault" | "required" | "className"]: Shared[Name] | undefined;
};

function Around({
  label,
  hint,
  fault,
  required = false,
  className,
  children,
}: AroundProps & { readonly children: ReactElement }): ReactNode {
  return (
    <Field
      label={label}
      required={required}
      {...(hint && { hint })}
      {...(className && { className })}
      {...(fault && { validationMessage: fault })}
    >
      {children}
    </Field>
  );
}
