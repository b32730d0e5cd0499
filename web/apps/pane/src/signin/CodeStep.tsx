import { Button, Link, Text } from "@fluentui/react-components";
import { CopyButton, Heading, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useState } from "react";

import type { Attempt, State } from "./attempt.ts";
import { useStepStyles } from "./steps.tsx";

interface Props {
  readonly state: Extract<State, { at: "code" }>;
  readonly attempt: Attempt;
  /** Opens an address in the browser. */
  readonly open: (address: string) => void;
}

/** A code that is read here and typed in any browser, also on a phone. */
export function CodeStep({ state: { ways, pairing, endsAt }, attempt, open }: Props): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  const left = useSecondsUntil(endsAt);
  const address = pairing.verification_url;
  return (
    <div className={styles.step}>
      <Heading>{t("signin.code.title")}</Heading>
      <Text>
        {t("signin.code.open")}{" "}
        <Link
          href={pairing.verification_url_complete}
          target="_blank"
          rel="noopener"
          onClick={(event) => {
            event.preventDefault();
            open(pairing.verification_url_complete);
          }}
        >
          {address.replace(/^https?:\/\//, "")}
        </Link>
      </Text>
      <div>
        <CopyButton text={pairing.verification_url_complete} what={t("signin.code.copy_link")} />
      </div>
      <Text>{t("signin.code.type")}</Text>
      <code className={styles.code}>{pairing.user_code}</code>
      <Text className={styles.small}>
        <span role="timer">{t("signin.code.left", { time: clock(left) })}</span>
      </Text>
      <div className={styles.buttons}>
        <Button onClick={() => void attempt.byCode(ways)}>{t("signin.start_again")}</Button>
        <Button appearance="subtle" onClick={() => attempt.leave()}>
          {t("signin.leave")}
        </Button>
      </div>
    </div>
  );
}

function useSecondsUntil(end: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((end - now) / 1000));
}

/** As clocks write it: `9:05`. */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
