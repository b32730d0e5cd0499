import { Badge, MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { type Fact, Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { Install } from "./Install.tsx";

const STATES = ["active", "expired", "grace", "missing", "not_required"] as const;
const COLOURS = {
  active: "success",
  expired: "danger",
  grace: "warning",
  missing: "danger",
  not_required: "informative",
} as const;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
});

/** Where the tenant stands with its licence and its seats, and the way to put another one in. */
export default function Licence(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mayChange } = useMe();
  const query = useQuery({
    queryKey: ["admin", "licence"],
    queryFn: () => answer(api.GET("/api/v1/admin/licence")),
  });
  const report = query.data;
  const state = STATES.find((known) => known === report?.state);
  return (
    <section className={styles.all}>
      <SectionHead
        title={t("licence.title")}
        text={t("licence.text")}
        beside={
          state && (
            <Badge appearance="tint" color={COLOURS[state]}>
              {t(`licence.state.${state}`)}
            </Badge>
          )
        }
      />
      {query.isPending && <Spinner label={t("shell.loading")} />}
      {query.error && <ProblemBar error={query.error} retry={() => void query.refetch()} />}
      {report && <Standing report={report} />}
      {report && mayChange && state !== "not_required" && <Install />}
    </section>
  );
}

function Standing({ report }: { readonly report: Shape<"LicenceReport"> }): ReactNode {
  const { t, format } = useSpeech();
  const { licence, refused, seats, seats_assigned, seats_over } = report;
  const time = (at: string | undefined) => at && format.time(new Date(at));
  const facts: readonly Fact[] = [
    [t("licence.customer"), licence && <bdi>{licence.customer}</bdi>],
    [t("licence.tenant"), licence && <bdi>{licence.tenant}</bdi>],
    [t("licence.seats"), seats === undefined ? t("licence.unbounded") : format.number(seats)],
    [t("licence.seats_assigned"), format.number(seats_assigned)],
    [t("licence.seats_over"), seats_over > 0 ? format.number(seats_over) : undefined],
    [t("licence.issued"), time(licence?.issued_at)],
    [t("licence.expires"), time(licence?.expires_at)],
    [t("licence.grace_ends"), time(licence?.grace_ends_at)],
    [t("licence.features"), licence?.features.join(", ")],
    [t("licence.key"), licence && <code>{licence.key}</code>],
    [t("licence.id"), licence && <code>{licence.id}</code>],
  ];
  return (
    <>
      {report.state === "not_required" && (
        <MessageBar layout="multiline">
          <MessageBarBody>{t("licence.not_required")}</MessageBarBody>
        </MessageBar>
      )}
      {refused && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {t(refused === "other_tenant" ? "licence.refused.other_tenant" : "licence.key_gone")}
          </MessageBarBody>
        </MessageBar>
      )}
      <Facts facts={facts} />
    </>
  );
}
