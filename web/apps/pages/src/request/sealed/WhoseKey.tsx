import { makeStyles, tokens } from "@fluentui/react-components";
import { LockClosedRegular } from "@fluentui/react-icons";
import { KEYS } from "@sealpost/sending/keys/texts.ts";
import { isolate, useSpeech } from "@sealpost/ui";
import { MoreTexts } from "@sealpost/ui/more";
import type { ReactNode } from "react";
import { Fingerprint } from "../../keys/Fingerprint.tsx";
import type { Opened } from "../note.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", gap: "0.5rem" },
  lock: { marginTop: "0.125rem" },
  text: { margin: 0 },
  hint: { margin: "0.25rem 0 0", color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

/** That it is sealed here, to whose key, and what can be compared of that. */
export default function WhoseKey({ opened }: { readonly opened: Opened }): ReactNode {
  return (
    <MoreTexts name="keys" catalogues={KEYS}>
      <Whose opened={opened} />
    </MoreTexts>
  );
}

function Whose({ opened: { sealing, requester, branding } }: { readonly opened: Opened }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  if (!sealing) return null;
  const { receiver, recovery } = sealing;
  const { team, fingerprint } = receiver;
  const who = team ?? (requester ? requester.name || requester.email : branding.name);
  return (
    <div className={styles.all}>
      <LockClosedRegular className={styles.lock} aria-hidden />
      <div>
        <p className={styles.text}>{t(team ? "to_key.team" : "to_key.person", { name: isolate(who) })}</p>
        <p className={styles.hint}>
          {t("keys.fingerprint")}: <Fingerprint of={fingerprint} />
        </p>
        {recovery && (
          <p className={styles.hint}>
            {t("to_key.recovery")} <Fingerprint of={recovery.fingerprint} />
          </p>
        )}
        <p className={styles.hint}>{t("to_key.compare")}</p>
      </div>
    </div>
  );
}
