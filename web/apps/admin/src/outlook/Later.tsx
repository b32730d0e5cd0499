import { Link, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { address } from "../shell/sections.ts";

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  text: { margin: 0, maxWidth: "48rem" },
});

/** What has to be done again when something changes, and what has not. */
export function Later(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("outlook.later")}</Subtitle1>
      <p className={styles.text}>{t("outlook.later.anew")}</p>
      <p className={styles.text}>{t("outlook.later.once")}</p>
      <div>
        <Link {...leadingTo(address("policy", "outlook"))}>{t("outlook.rules")}</Link>
      </div>
    </div>
  );
}
