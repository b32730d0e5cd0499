import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { madeUp } from "@sealpost/sending/sealing/password.ts";
import { CopyButton, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { isEnough, LEAST, strengthOf } from "./strength.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", justifyItems: "start" },
  field: { width: "100%", maxWidth: "24rem" },
  made: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  code: {
    padding: "0.25rem 0.5rem",
    borderRadius: tokens.borderRadiusMedium,
    background: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    overflowWrap: "anywhere",
  },
});

export interface Written {
  readonly passphrase: string;
  readonly again: string;
  /** One that was made up, and is shown. */
  readonly made: string | undefined;
}

export const NOTHING: Written = { passphrase: "", again: "", made: undefined };

/** Whether it can lock a key: good enough, and twice the same. */
export function isReady({ passphrase, again }: Written): boolean {
  return isEnough(passphrase) && passphrase === again;
}

interface Props {
  readonly written: Written;
  /** Whether faults are told already. */
  readonly tried: boolean;
  readonly onChange: (written: Written) => void;
}

/** Another passphrase: thought of and typed twice, or made up. How good it is, is told while it is typed. */
export function NewPassphrase({ written, tried, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { passphrase, again, made } = written;
  const strength = strengthOf(passphrase);
  const told =
    passphrase === "" ? t("keys.passphrase.hint", { least: LEAST }) : t(`keys.strength.${strength}`);
  const isBad = tried && !isEnough(passphrase);
  const differs = tried && isEnough(passphrase) && passphrase !== again;
  const makeUp = () => {
    const text = madeUp(LEAST);
    onChange({ passphrase: text, again: text, made: text });
  };
  if (made)
    return (
      <div className={styles.all}>
        <div className={styles.made}>
          <span>{t("keys.passphrase.made")}</span>
          <code className={styles.code}>{made}</code>
          <CopyButton text={made} what={t("keys.passphrase.copy")} />
        </div>
        <Button onClick={() => onChange(NOTHING)}>{t("keys.passphrase.own")}</Button>
      </div>
    );
  return (
    <div className={styles.all}>
      <Field
        className={styles.field}
        label={t("keys.passphrase.new")}
        validationState={isBad ? "error" : passphrase !== "" && isEnough(passphrase) ? "success" : "none"}
        validationMessage={{ children: told, role: "status" }}
      >
        <Input
          type="password"
          value={passphrase}
          maxLength={1024}
          autoComplete="new-password"
          onChange={(_, { value }) => onChange({ ...written, passphrase: value })}
        />
      </Field>
      <Field
        className={styles.field}
        label={t("keys.passphrase.again")}
        {...(differs && { validationState: "error", validationMessage: t("keys.passphrase.differs") })}
      >
        <Input
          type="password"
          value={again}
          maxLength={1024}
          autoComplete="new-password"
          onChange={(_, { value }) => onChange({ ...written, again: value })}
        />
      </Field>
      <Button onClick={makeUp}>{t("keys.passphrase.make_up")}</Button>
    </div>
  );
}
