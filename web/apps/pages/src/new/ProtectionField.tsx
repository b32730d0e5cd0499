import { Field, Input, makeStyles, Radio, RadioGroup, Select } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Faults } from "./checks.ts";
import { type Draft, needsPassword, needsPhone, type Protection } from "./draft.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

interface Props {
  readonly draft: Draft;
  /** What may be chosen, the tenant's first. */
  readonly offered: readonly Protection[];
  readonly locked: boolean;
  readonly faults: Faults;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What recipients must show beside their link, and what is needed for that. */
export function ProtectionField({ draft, offered, locked, faults, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { protection, generate, password, recipients } = draft;
  return (
    <div className={styles.all}>
      {!locked && (
        <Field
          label={t("new.protection")}
          {...(faults.protection && { validationState: "error", validationMessage: faults.protection })}
        >
          <Select
            value={protection}
            onChange={(_, { value }) =>
              onChange({ protection: offered.find((one) => one === value) ?? protection })
            }
          >
            {offered.map((one) => (
              <option key={one} value={one}>
                {t(`protection.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {needsPassword(protection) && (
        <Field label={t("new.password")}>
          <RadioGroup
            value={generate ? "generate" : "own"}
            onChange={(_, { value }) => onChange({ generate: value === "generate" })}
          >
            <Radio value="generate" label={t("new.password.generate")} />
            <Radio value="own" label={t("new.password.own")} />
          </RadioGroup>
        </Field>
      )}
      {needsPassword(protection) && !generate && (
        <Field
          label={t("new.password.text")}
          hint={t("new.password.hint")}
          required
          {...(faults.password && { validationState: "error", validationMessage: faults.password })}
        >
          <Input
            type="text"
            autoComplete="off"
            spellCheck={false}
            value={password}
            onChange={(_, { value }) => onChange({ password: value })}
          />
        </Field>
      )}
      {needsPhone(protection) &&
        recipients.map(({ email, phone }, at) => (
          <Field
            key={email}
            label={t("new.phones", { address: email })}
            hint={t("new.phones.hint")}
            required
            {...(faults.phones && { validationState: "error", validationMessage: faults.phones })}
          >
            <Input
              type="tel"
              autoComplete="off"
              value={phone}
              onChange={(_, { value }) =>
                onChange({ recipients: recipients.with(at, { email, phone: value }) })
              }
            />
          </Field>
        ))}
    </div>
  );
}
