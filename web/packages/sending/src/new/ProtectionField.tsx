import { Field, Input, makeStyles, Radio, RadioGroup, Select } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Faults, isPhone } from "./checks.ts";
import { asked, asksPassword, type Draft, needsPhone, type Protection } from "./draft.ts";
import { OwnProtections } from "./OwnProtections.tsx";

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
  const { protection, generate, password, recipients, sealed } = draft;
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
      {!locked && offered.length > 1 && recipients.length > 1 && (
        <OwnProtections draft={draft} offered={offered} onChange={onChange} />
      )}
      {asksPassword(draft) && (
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
      {asksPassword(draft) && !generate && (
        <Field
          label={t("new.password.text")}
          hint={t(sealed ? "sealing.password" : "new.password.hint")}
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
      {recipients.map((recipient, at) => {
        if (!needsPhone(asked(draft, recipient))) return null;
        const fault = isPhone(recipient.phone) ? undefined : faults.phones;
        return (
          <Field
            key={recipient.email}
            label={t("new.phones", { address: recipient.email })}
            hint={t("new.phones.hint")}
            required
            {...(fault && { validationState: "error", validationMessage: fault })}
          >
            <Input
              type="tel"
              autoComplete="off"
              value={recipient.phone}
              onChange={(_, { value }) =>
                onChange({ recipients: recipients.with(at, { ...recipient, phone: value }) })
              }
            />
          </Field>
        );
      })}
    </div>
  );
}
