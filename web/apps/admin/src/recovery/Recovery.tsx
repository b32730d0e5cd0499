import { makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { Ask } from "./Ask.tsx";
import { RecoveryKey } from "./RecoveryKey.tsx";
import { Wishes } from "./Wishes.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.5rem" },
});

/** The organisation's recovery key: which it is, and who has asked for its use. */
export default function Recovery(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mayChange } = useMe();
  return (
    <div className={styles.all}>
      <SectionHead title={t("recovery.title")} text={t("recovery.text")} />
      <RecoveryKey />
      {mayChange && <Ask />}
      <Wishes />
    </div>
  );
}
