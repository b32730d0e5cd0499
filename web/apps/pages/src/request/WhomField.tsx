import { Checkbox, Field, Input, makeStyles, Radio, RadioGroup } from "@fluentui/react-components";
import { Fault, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId } from "react";

import type { Opened } from "./note.ts";
import type { Whom } from "./whom.ts";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.5rem",
    border: 0,
    margin: 0,
    padding: 0,
    minInlineSize: 0,
  },
  legend: { padding: 0, marginBottom: "0.25rem" },
  choices: { display: "grid" },
});

interface Props {
  readonly opened: Opened;
  readonly whom: Whom;
  readonly fault: string | undefined;
  readonly onChange: (whom: Whom) => void;
}

/** To whom it goes, where there is a choice. Where it goes to one alone, the last word counts. */
export function WhomField({ opened, whom, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const faultId = useId();
  const { choices, domains, several } = opened;
  const marked = {
    "aria-describedby": fault ? faultId : undefined,
    "aria-invalid": fault ? true : undefined,
  };
  return (
    <fieldset className={styles.all}>
      <legend className={styles.legend}>{t("portal.to")}</legend>
      {choices.length > 0 && several && (
        <div className={styles.choices}>
          {choices.map(({ id, label }) => (
            <Checkbox
              key={id}
              label={<bdi>{label}</bdi>}
              checked={whom.chosen.includes(id)}
              {...marked}
              onChange={(_, { checked }) =>
                onChange({
                  ...whom,
                  chosen: checked ? [...whom.chosen, id] : whom.chosen.filter((one) => one !== id),
                })
              }
            />
          ))}
        </div>
      )}
      {choices.length > 0 && !several && (
        <RadioGroup
          aria-label={t("portal.to")}
          {...marked}
          value={whom.chosen[0] ?? ""}
          onChange={(_, { value }) => onChange({ chosen: [value], typed: "" })}
        >
          {choices.map(({ id, label }) => (
            <Radio key={id} value={id} label={<bdi>{label}</bdi>} />
          ))}
        </RadioGroup>
      )}
      {domains.length > 0 && (
        <Field
          label={t(choices.length > 0 ? "portal.to.other" : "portal.to.address")}
          hint={t(several ? "portal.to.hint_several" : "portal.to.hint", {
            domains: format.list(domains.map((domain) => `@${domain}`)),
          })}
        >
          <Input
            inputMode="email"
            autoComplete="off"
            value={whom.typed}
            {...marked}
            onChange={(_, { value }) =>
              onChange({ chosen: several || value.trim() === "" ? whom.chosen : [], typed: value })
            }
          />
        </Field>
      )}
      {fault && <Fault id={faultId}>{fault}</Fault>}
    </fieldset>
  );
}
