import { Button, MessageBar, MessageBarBody, MessageBarTitle, makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Fingerprint } from "../../keys/Fingerprint.tsx";
import { isNewRecovery, type KeyChanged } from "./sealedIn.ts";

const useStyles = makeStyles({
  list: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem", margin: "0.5rem 0" },
  fact: { margin: 0 },
});

interface Props {
  readonly error: KeyChanged;
  /** It is to be sealed to the new one. */
  readonly onAccept: () => void;
}

/** Another key counts by now: which was shown, which it is, and what that may mean. Nothing was handed over. */
export function Changed({ error: { before, now }, onAccept }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const isOther = before.receiver.fingerprint !== now.receiver.fingerprint;
  const recovery = isNewRecovery(before, now) ? now.recovery : undefined;
  return (
    <>
      <MessageBar intent="warning" layout="multiline" role="alert">
        <MessageBarBody>
          <MessageBarTitle>{t("to_key.changed")}</MessageBarTitle>{" "}
          {t(isOther ? "to_key.changed.why" : "to_key.changed.why_recovery")}
          <dl className={styles.list}>
            {isOther && (
              <>
                <div>
                  <dt>{t("to_key.changed.before")}</dt>
                  <dd className={styles.fact}>
                    <Fingerprint of={before.receiver.fingerprint} />
                  </dd>
                </div>
                <div>
                  <dt>{t("to_key.changed.now")}</dt>
                  <dd className={styles.fact}>
                    <Fingerprint of={now.receiver.fingerprint} />
                  </dd>
                </div>
              </>
            )}
            {recovery && (
              <div>
                <dt>{t("to_key.recovery")}</dt>
                <dd className={styles.fact}>
                  <Fingerprint of={recovery.fingerprint} />
                </dd>
              </div>
            )}
          </dl>
        </MessageBarBody>
      </MessageBar>
      <div>
        <Button onClick={onAccept}>{t("to_key.changed.accept")}</Button>
      </div>
    </>
  );
}
