import { Link, makeStyles, Spinner } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { type Fact, Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { address } from "../shell/sections.ts";
import { useKind } from "./kinds.ts";
import { By } from "./Log.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", maxWidth: "56rem" },
  title: { fontSize: "1.125rem", margin: "0 0 0.5rem" },
  mono: { fontFamily: "monospace", fontSize: "0.8125rem", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  nav: { display: "flex", flexWrap: "wrap", gap: "1rem" },
});

/** One entry: all that it says, and by which hash it is held. */
export function EntryPage({ seq }: { readonly seq: number }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const kind = useKind();
  const { data, error, refetch } = useQuery({
    queryKey: ["audit", "entry", seq],
    queryFn: async () => {
      const query = { before: seq + 1, limit: 1 };
      const { entries } = await answer(api.GET("/api/v1/admin/audit", { params: { query } }));
      return entries.find((entry) => entry.seq === seq) ?? null;
    },
  });
  const back = { to: address("audit"), text: t("audit.title") };

  if (data === undefined)
    return error ? (
      <ProblemBar error={error} retry={() => void refetch()} />
    ) : (
      <Spinner label={t("shell.loading")} />
    );
  if (data === null)
    return <SectionHead title={t("audit.number", { seq })} text={t("audit.gone")} back={back} />;

  const personal = Object.entries(data.personal ?? {});
  const details: readonly Fact[] = Object.entries(data.details as Readonly<Record<string, unknown>>).map(
    ([name, value]) => [
      name,
      <span key={name} className={styles.mono}>
        <bdi>{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</bdi>
      </span>,
    ],
  );
  return (
    <div className={styles.all}>
      <SectionHead title={t("audit.number", { seq })} text={kind(data.kind)} back={back} />
      <Facts
        facts={[
          [t("audit.what"), <code key="kind">{data.kind}</code>],
          [t("audit.when"), format.time(new Date(data.at))],
          [t("audit.by"), <By key="by" entry={data} />],
          [
            t("audit.transfer"),
            data.transfer && (
              <Link key="transfer" {...leadingTo(address("transfers", data.transfer))}>
                {data.transfer}
              </Link>
            ),
          ],
          [
            t("audit.hash"),
            <span key="hash" className={styles.mono}>
              {data.hash}
            </span>,
          ],
        ]}
      />
      <section aria-label={t("audit.details")}>
        <h2 className={styles.title}>{t("audit.details")}</h2>
        {details.length > 0 ? <Facts facts={details} /> : t("audit.details.none")}
      </section>
      {personal.length > 0 && (
        <section aria-label={t("audit.personal")}>
          <h2 className={styles.title}>{t("audit.personal")}</h2>
          <p>{t("audit.personal.text")}</p>
          <Facts
            facts={personal.map(([name, values]) => [
              name,
              <bdi key={name}>{(values as readonly string[]).join(", ")}</bdi>,
            ])}
          />
        </section>
      )}
      <nav className={styles.nav} aria-label={t("audit.neighbours")}>
        {seq > 1 && <Link {...leadingTo(address("audit", String(seq - 1)))}>{t("audit.earlier")}</Link>}
        <Link {...leadingTo(address("audit", String(seq + 1)))}>{t("audit.later")}</Link>
      </nav>
    </div>
  );
}
