import { makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { Attention } from "./Attention.tsx";
import { Numbers } from "./Numbers.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.5rem" },
});

/** What there is to know at a glance: what needs somebody, and how much was sent. */
export default function Overview(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <section className={styles.all}>
      <SectionHead title={t("overview.title")} />
      <Attention />
      <Numbers />
    </section>
  );
}
