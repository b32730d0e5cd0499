import { Badge, Button, Link, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Done } from "../parts/Done.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", maxWidth: "56rem" },
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "1rem",
    margin: 0,
    padding: 0,
    listStyle: "none",
  },
  incident: {
    padding: "1rem",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "0.25rem 0.75rem",
    margin: 0,
    fontSize: "1.125rem",
  },
  text: { whiteSpace: "pre-line" },
  facts: { color: tokens.colorNeutralForeground2 },
  people: { margin: "0.25rem 0 0.75rem", paddingLeft: "1.25rem" },
});

const INCIDENTS = ["incidents"] as const;

/** What the operator has told the tenant of incidents, and who has read it. */
export default function Incidents(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: INCIDENTS,
    queryFn: () => answer(api.GET("/api/v1/admin/incidents")),
  });
  return (
    <div className={styles.all}>
      <SectionHead title={t("incidents.title")} text={t("incidents.text")} />
      <div>
        <Link inline {...leadingTo(address("policy", "notifications"))}>
          {t("incidents.contacts")}
        </Link>
      </div>
      {error && <ProblemBar error={error} retry={() => void refetch()} />}
      {!data && !error && <Spinner label={t("shell.loading")} />}
      {data?.incidents.length === 0 && <div>{t("incidents.none")}</div>}
      {data && (
        <ul className={styles.list}>
          {data.incidents.map((incident) => (
            <li key={incident.id} className={styles.incident}>
              <Notice incident={incident} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Notice({ incident }: { readonly incident: Shape<"Incident"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const { id, subject, text, created_at, acknowledged_at, reminders, contacts } = incident;
  const acknowledge = useAct(
    () =>
      answer(
        api.POST("/api/v1/admin/incidents/{incident_id}/acknowledge", {
          params: { path: { incident_id: id } },
        }),
      ),
    [INCIDENTS],
  );
  return (
    <>
      <h2 className={styles.title}>
        <bdi>{subject}</bdi>
        <Badge appearance="tint" color={acknowledged_at ? "success" : "danger"}>
          {t(acknowledged_at ? "incidents.read" : "incidents.unread")}
        </Badge>
      </h2>
      <div className={styles.facts}>
        {format.time(new Date(created_at))}
        {reminders > 0 && ` · ${t("incidents.reminders", { count: reminders })}`}
      </div>
      <p className={styles.text}>
        <bdi>{text}</bdi>
      </p>
      <div>{t("incidents.told")}</div>
      <ul className={styles.people}>
        {contacts.map((contact) => (
          <li key={contact.email}>
            <bdi>{contact.email}</bdi>{" "}
            <span className={styles.facts}>
              {contact.acknowledged_at
                ? t("incidents.read_at", { time: format.time(new Date(contact.acknowledged_at)) })
                : contact.notified_at
                  ? t("incidents.told_at", { time: format.time(new Date(contact.notified_at)) })
                  : t("incidents.telling")}
            </span>
          </li>
        ))}
      </ul>
      {acknowledge.error && <ProblemBar error={acknowledge.error} />}
      <Done>{acknowledge.isSuccess && t("incidents.acknowledged")}</Done>
      {mayChange && !acknowledged_at && (
        <Button
          appearance="primary"
          disabledFocusable={acknowledge.isPending}
          onClick={() => acknowledge.mutate(undefined)}
        >
          {t("incidents.acknowledge")}
        </Button>
      )}
    </>
  );
}
