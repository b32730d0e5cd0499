import { makeStyles, Spinner } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { Later } from "./Later.tsx";
import { Manifest } from "./Manifest.tsx";
import { State } from "./State.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.5rem" },
});

/** The add-in for Outlook: its manifests, and whether it looks at mails. */
export default function Outlook(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["admin", "addin"],
    queryFn: () => answer(api.GET("/api/v1/admin/addin")),
  });
  return (
    <section className={styles.all}>
      <SectionHead title={t("outlook.title")} text={t("outlook.text")} />
      {isPending && <Spinner label={t("shell.loading")} />}
      {error && <ProblemBar error={error} retry={() => void refetch()} />}
      {data && (
        <>
          <State state={data.state} />
          <Manifest addin={data} />
          <Later />
        </>
      )}
    </section>
  );
}
