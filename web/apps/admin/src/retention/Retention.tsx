import { makeStyles, Spinner } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { Jobs } from "./Jobs.tsx";
import { Kept } from "./Kept.tsx";
import { Keys } from "./Keys.tsx";
import { Proof } from "./Proof.tsx";
import { Purges } from "./Purges.tsx";
import { Standing } from "./Standing.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.5rem" },
});

/** Whether everything that should be gone is gone: for those who answer for it. */
export default function Retention(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["admin", "retention"],
    queryFn: () => answer(api.GET("/api/v1/admin/retention")),
    refetchInterval: 60_000,
  });
  return (
    <section className={styles.all}>
      <SectionHead title={t("retention.title")} text={t("retention.text")} />
      {isPending && <Spinner label={t("shell.loading")} />}
      {error && <ProblemBar error={error} retry={() => void refetch()} />}
      {data && <Report report={data} />}
    </section>
  );
}

function Report({ report }: { readonly report: Shape<"Retention"> }): ReactNode {
  return (
    <>
      <Standing report={report} />
      <Kept report={report} />
      <Keys report={report} />
      <Purges purges={report.purges} at={report.at} />
      <Proof />
      <Jobs report={report} />
    </>
  );
}
