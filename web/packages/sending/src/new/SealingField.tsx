import { Field, makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { type Bootstrap, Fault, modeRule, type Translate, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId } from "react";

import type { Verdict } from "../sealing/verdict.ts";
import { lockOf } from "./sealingChoice.ts";

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
  readonly verdict: Verdict | undefined;
  readonly fault: string | undefined;
  /** What follows from sealing here, where that is something else than on the sender's page; without what the recovery key can do. */
  readonly follows?: readonly string[];
  readonly onChange: (sealed: boolean) => void;
}

/** Who seals: the service, or this browser, what follows from that, and who says so if it is not the sender's choice. */
export function SealingField({ policy, sealed, verdict, fault, follows, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [followsId, faultId] = [useId(), useId()];
  const lock = lockOf(policy, verdict);
  // Rules about single recipients and files; that it is so for everybody is said otherwise.
  const rules = (verdict?.rules ?? []).filter(({ about }) => about !== "setting");
  const why = rules.map((rule) => modeRule(rule, t)).join(" ");
  if (lock === "forbidden" && !sealed && !fault) return why ? <div>{why}</div> : null;
  const told =
    fault ?? (lock === "impossible" || (lock === "forbidden" && sealed) ? why || undefined : undefined);
  const hint = policy.zero_knowledge === "prefer" && { hint: t("sealing.preferred") };
  return (
    <div>
      {lock === "required" ? (
        <div>{why || t("sealing.required")}</div>
      ) : (
        <Field label={t("sealing")} {...hint}>
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
          {(follows ?? ownFollows(policy, t)).map((text) => (
            <li key={text}>{text}</li>
          ))}
          {policy.recovery && <li>{t("sealing.recovery", { fingerprint: policy.recovery.fingerprint })}</li>}
        </ul>
      )}
      {told && <Fault id={faultId}>{told}</Fault>}
    </div>
  );
}

/** On the sender's page. Whoever has lost a link of what is sealed to a recovery key has not lost everything. */
function ownFollows({ recovery }: Props["policy"], t: Translate): readonly string[] {
  return [t("sealing.link"), ...(recovery ? [] : [t("sealing.lost")]), t("sealing.unseen")];
}
