import {
  Checkbox,
  Field,
  Link,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { type Bootstrap, ProblemBar, useSpeech } from "@sealpost/ui";
import { MoreTexts } from "@sealpost/ui/more";
import type { ReactNode } from "react";

import { KEYS } from "../keys/texts.ts";
import type { useOwnKey } from "./useOwnKey.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  hint: { color: tokens.colorNeutralForeground3, fontSize: "0.75rem" },
  code: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

interface Props {
  readonly policy: Bootstrap["policy"];
  /** Whether what comes in is sealed to the key of who asks. */
  readonly toKey: boolean;
  readonly own: ReturnType<typeof useOwnKey>;
  /** Whether it was to be made without a key to seal to. */
  readonly tried: boolean;
  readonly onChange: (toKey: boolean) => void;
}

/** Whether outsiders seal what they send in to one's own key. Not there where the tenant does not let it be. */
export default function ToKeyField(props: Props): ReactNode {
  return (
    <MoreTexts name="keys" catalogues={KEYS}>
      <Shown {...props} />
    </MoreTexts>
  );
}

function Shown({ policy, toKey, own, tried, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const said = policy.zero_knowledge;
  return (
    <div className={styles.all}>
      {said === "require" ? (
        <div>{t("ask_key.required")}</div>
      ) : (
        <Field hint={t(said === "prefer" ? "ask_key.preferred" : "ask_key.hint")}>
          <Checkbox
            label={t("ask_key")}
            checked={toKey}
            onChange={(_, { checked }) => onChange(checked === true)}
          />
        </Field>
      )}
      {toKey && <div className={styles.hint}>{t("ask_key.kinds")}</div>}
      {toKey && own.error && !own.data && <ProblemBar error={own.error} retry={() => void own.refetch()} />}
      {toKey && own.data && (
        <div className={styles.hint}>
          {t("keys.fingerprint")}: <code className={styles.code}>{own.data.fingerprint}</code>
        </div>
      )}
      {toKey && own.data === null && (
        <>
          <MessageBar intent="warning" layout="multiline" {...(tried && { role: "alert" })}>
            <MessageBarBody>{t("ask_key.none")}</MessageBarBody>
          </MessageBar>
          <Link href="/account/keys" target="_blank" rel="noopener">
            {t("ask_key.make")}
          </Link>
        </>
      )}
    </div>
  );
}
