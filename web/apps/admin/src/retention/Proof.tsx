import { Link, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { filtered, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { address } from "../shell/sections.ts";

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  text: { margin: 0, maxWidth: "48rem" },
});

/** How it is shown to somebody else that something is gone. */
export function Proof(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("retention.proof")}</Subtitle1>
      <p className={styles.text}>{t("retention.proof.text")}</p>
      <div>
        <Link {...leadingTo(filtered(address("transfers"), { state: "purged" }))}>
          {t("retention.proof.list")}
        </Link>
      </div>
    </div>
  );
}
