import { Button, Link, makeStyles, Spinner } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, CopyButton, filtered, go, leadingTo, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { changed, draftOf, type PortalDraft } from "./draft.ts";
import { PortalForm } from "./PortalForm.tsx";
import { PortalState } from "./Portals.tsx";
import { TeamName } from "./TeamName.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  title: { fontSize: "1.125rem", margin: "0 0 0.75rem" },
});

/** One portal: its address, how it stands, and what can be changed. */
export function PortalPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: ["portals", id],
    queryFn: () =>
      answer(api.GET("/api/v1/admin/portals/{portal_id}", { params: { path: { portal_id: id } } })),
  });
  if (data) return <PortalView portal={data} />;
  return error ? (
    <ProblemBar error={error} retry={() => void refetch()} />
  ) : (
    <Spinner label={t("shell.loading")} />
  );
}

function PortalView({ portal }: { readonly portal: Shape<"Portal"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const [said, setSaid] = useState<string>();
  const params = { path: { portal_id: portal.id } };
  const change = useAct(
    (body: Shape<"ChangePortal">) => answer(api.PATCH("/api/v1/admin/portals/{portal_id}", { params, body })),
    [["portals"]],
  );
  const remove = useAct(
    () => answer(api.DELETE("/api/v1/admin/portals/{portal_id}", { params })),
    [["portals", "list"]],
  );
  const save = (draft: PortalDraft) => {
    setSaid(undefined);
    change.mutate(changed(draft, portal), { onSuccess: () => setSaid(t("portals.saved")) });
  };
  const toggle = () => {
    setSaid(undefined);
    change.mutate(
      { enabled: !portal.enabled },
      { onSuccess: ({ enabled }) => setSaid(t(enabled ? "portals.is_on" : "portals.is_off")) },
    );
  };
  const whom = portal.recipients.map(({ label, email, disabled }) => (
    <div key={email}>
      <bdi>{label}</bdi> (<bdi>{email}</bdi>
      {disabled && `, ${t("portals.disabled")}`})
    </div>
  ));

  return (
    <div className={styles.all}>
      <SectionHead
        title={<bdi>{portal.title}</bdi>}
        beside={<PortalState portal={portal} />}
        back={{ to: address("portals"), text: t("portals.title") }}
        deeds={
          mayChange && (
            <>
              <Button disabledFocusable={change.isPending} onClick={toggle}>
                {t(portal.enabled ? "portals.turn_off" : "portals.turn_on")}
              </Button>
              <Question
                button={t("portals.remove")}
                title={t("portals.remove.title", { title: portal.title })}
                text={t("portals.remove.text")}
                no={t("parts.cancel")}
                yes={t("portals.remove")}
                busy={remove.isPending}
                onYes={() => remove.mutate(undefined, { onSuccess: () => go(address("portals")) })}
              />
            </>
          )
        }
      />
      <Done>{said}</Done>
      {remove.error && <ProblemBar error={remove.error} />}
      <Facts
        facts={[
          [
            t("portals.address"),
            <span key="url">
              <Link href={portal.url} target="_blank" rel="noreferrer">
                <bdi>{portal.url}</bdi>
              </Link>{" "}
              <CopyButton text={portal.url} what={t("portals.address.copy")} />
            </span>,
          ],
          [
            t("portals.field.owner"),
            <bdi key="owner">
              {portal.owner.name} ({portal.owner.email})
            </bdi>,
          ],
          [t("portals.field.recipients"), whom.length > 0 && <div key="whom">{whom}</div>],
          [t("portals.field.domains"), portal.domains.length > 0 && format.list(portal.domains)],
          [t("portals.field.team"), portal.mailbox_id && <TeamName key="team" id={portal.mailbox_id} />],
          [
            t("portals.received"),
            <Link key="received" {...leadingTo(filtered(address("transfers"), { portal: portal.id }))}>
              {t("transfers.same_portal")}
            </Link>,
          ],
          [t("portals.drafts"), format.number(portal.drafts)],
          [t("portals.since"), format.time(new Date(portal.created_at))],
          [t("portals.changed"), format.time(new Date(portal.changed_at))],
        ]}
      />
      {mayChange && (
        <section aria-label={t("portals.change")}>
          <h2 className={styles.title}>{t("portals.change")}</h2>
          <PortalForm
            key={JSON.stringify(draftOf(portal))}
            start={draftOf(portal)}
            isNew={false}
            button={t("portals.save")}
            busy={change.isPending}
            error={change.error}
            onSubmit={save}
          />
        </section>
      )}
    </div>
  );
}
