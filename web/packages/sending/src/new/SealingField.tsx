import { Field, makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { type Bootstrap, Fault, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  follows: {
    margin: "0.25rem 0 0",
    paddingLeft: "1.25rem",
    color: tokens.colorNeutralForeground2,
    "& li": { marginTop: "0.25rem" },
  },
});

interface Props {
  readonly policy: Bootstrap["policy"];
  readonly sealed: boolean;
  readonly fault: string | undefined;
  readonly onChange: (sealed: boolean) => void;
}

/** Who seals: the service, or this browser, and what follows from that. Not there where the tenant does not let anybody seal here. */
export function SealingField({ policy, sealed, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [followsId, faultId] = [useId(), useId()];
  const said = policy.zero_knowledge;
  if (said === "forbid" && !sealed && !fault) return null;
  return (
    <div>
      {said === "require" ? (
        <div>{t("sealing.required")}</div>
      ) : (
        <Field label={t("sealing")} {...(said === "prefer" && { hint: t("sealing.preferred") })}>
          <RadioGroup
            value={sealed ? "here" : "service"}
            onChange={(_, { value }) => onChange(value === "here")}
          >
            <Radio value="service" label={t("sealing.service")} />
            <Radio value="here" label={t("sealing.here")} aria-describedby={sealed ? followsId : undefined} />
          </RadioGroup>
        </Field>
      )}
      {sealed && (
        <ul id={followsId} className={styles.follows}>
          <li>{t("sealing.link")}</li>
          <li>{t("sealing.lost")}</li>
          <li>{t("sealing.unseen")}</li>
        </ul>
      )}
      {fault && <Fault id={faultId}>{fault}</Fault>}
    </div>
  );
}
