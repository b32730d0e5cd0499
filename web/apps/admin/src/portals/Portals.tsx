import { Badge, Button, Link, makeStyles } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, CopyButton, go, leadingTo, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { address, type SectionProps } from "../shell/sections.ts";
import { AddPortal } from "./AddPortal.tsx";
import { PortalPage } from "./PortalPage.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

/** Standing pages by which outsiders send files in. */
export default function Portals({ rest }: SectionProps): ReactNode {
  const { mayChange } = useMe();
  if (rest === "new" && mayChange) return <AddPortal />;
  if (rest !== "") return <PortalPage key={rest} id={rest} />;
  return <List />;
}

/** Whether a portal takes anything, and if not, why; the colour only beside. */
export function PortalState({ portal }: { readonly portal: Shape<"Portal"> }): ReactNode {
  const { t } = useSpeech();
  const { unavailable } = portal;
  const color = !unavailable ? "success" : unavailable === "off" ? "informative" : "danger";
  return (
    <Badge appearance="tint" color={color}>
      {t(unavailable ? `portals.unavailable.${unavailable}` : "portals.available")}
    </Badge>
  );
}

function List(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const query = useQuery({
    queryKey: ["portals", "list"],
    queryFn: () => answer(api.GET("/api/v1/admin/portals")),
  });
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("portals.title")}
        text={t("portals.text")}
        deeds={
          mayChange && (
            <Button appearance="primary" onClick={() => go(address("portals", "new"))}>
              {t("portals.add")}
            </Button>
          )
        }
      />
      <DataTable
        caption={t("portals.all")}
        list={whole(query, ({ portals }) => portals)}
        rowKey={({ id }) => id}
        empty={t("portals.none")}
        columns={[
          {
            key: "title",
            head: t("portals.field.title"),
            cell: ({ id, title }) => (
              <Link {...leadingTo(address("portals", id))}>
                <bdi>{title}</bdi>
              </Link>
            ),
          },
          {
            key: "url",
            head: t("portals.address"),
            cell: ({ url, title }) => (
              <>
                <bdi>{url}</bdi> <CopyButton text={url} what={t("portals.address.copy.named", { title })} />
              </>
            ),
          },
          {
            key: "owner",
            head: t("portals.field.owner"),
            cell: ({ owner }) => <bdi>{owner.name || owner.email}</bdi>,
          },
          { key: "state", head: t("portals.state"), cell: (portal) => <PortalState portal={portal} /> },
          {
            key: "drafts",
            head: t("portals.drafts"),
            kind: "number",
            cell: ({ drafts }) => format.number(drafts),
          },
        ]}
      />
    </div>
  );
}
