import { Link, MessageBar, MessageBarBody, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { TRANSFERS } from "../transfers/deeds.ts";
import { matters } from "./attention.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  list: { display: "grid", gap: "0.5rem", margin: 0, padding: 0, listStyle: "none" },
  // In the text's colour, which is read on every bar.
  link: { color: "inherit" },
});

/** What somebody should look at, each with the way to it; that there is nothing, too. */
export function Attention(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const inState = (state: string) => ({
    queryKey: [...TRANSFERS, "in", state],
    queryFn: () => answer(api.GET("/api/v1/admin/transfers", { params: { query: { state } } })),
  });
  const asked = {
    blocked: useQuery(inState("blocked")),
    waiting: useQuery(inState("sealed")),
    licence: useQuery({
      queryKey: ["admin", "licence"],
      queryFn: () => answer(api.GET("/api/v1/admin/licence")),
    }),
    retention: useQuery({
      queryKey: ["admin", "retention"],
      queryFn: () => answer(api.GET("/api/v1/admin/retention")),
    }),
    incidents: useQuery({
      queryKey: ["admin", "incidents"],
      queryFn: () => answer(api.GET("/api/v1/admin/incidents")),
    }),
    reports: useQuery({
      queryKey: ["admin", "abuse-reports", "latest"],
      queryFn: () => answer(api.GET("/api/v1/admin/abuse-reports")),
      enabled: mayChange,
    }),
  };
  const failed = Object.values(asked).find(({ error }) => error);
  const isKnown = Object.values(asked).every(({ isLoading }) => !isLoading);
  const known = {
    blocked: asked.blocked.data,
    waiting: asked.waiting.data,
    licence: asked.licence.data,
    retention: asked.retention.data,
    incidents: asked.incidents.data?.incidents,
    reports: asked.reports.data?.reports,
  };
  const found = matters(known, Date.now(), format.time);

  return (
    <div className={styles.all}>
      <Subtitle1 as="h2">{t("overview.attention")}</Subtitle1>
      {failed?.error && <ProblemBar error={failed.error} retry={() => void failed.refetch()} />}
      {isKnown && !failed && found.length === 0 && <div>{t("overview.nothing")}</div>}
      <ul className={styles.list}>
        {found.map(({ text, values, intent, to, search }) => (
          <li key={text}>
            <MessageBar intent={intent} layout="multiline">
              <MessageBarBody>
                {t(text, values)}{" "}
                <Link
                  inline
                  className={styles.link}
                  {...leadingTo(address(to) + (search ? `?${search}` : ""))}
                  aria-label={`${t("overview.look")}: ${t(text, values)}`}
                >
                  {t("overview.look")}
                </Link>
              </MessageBarBody>
            </MessageBar>
          </li>
        ))}
      </ul>
    </div>
  );
}
