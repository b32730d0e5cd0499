import { Badge, Button, Link, makeStyles } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, go, leadingTo, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { address, type SectionProps } from "../shell/sections.ts";
import { AddTarget } from "./AddTarget.tsx";
import { TargetPage } from "./TargetPage.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

/** Where the audit log is sent on to. It is the owners' affair: what was sent is out of everybody's reach. */
export default function Forwarding({ rest }: SectionProps): ReactNode {
  if (rest === "new") return <AddTarget />;
  if (rest !== "") return <TargetPage key={rest} id={rest} />;
  return <List />;
}

/** Where it goes, in a line. */
export function placeOf({ syslog, webhook }: Shape<"ForwardingTarget">): string {
  return syslog ? `${syslog.host}:${syslog.port}` : (webhook?.url ?? "");
}

/** How a place stands, in words; the colour only beside. */
export function TargetState({ target }: { readonly target: Shape<"ForwardingTarget"> }): ReactNode {
  const { t } = useSpeech();
  const [color, text] = !target.enabled
    ? (["informative", "forwarding.off"] as const)
    : target.failing_since
      ? (["danger", "forwarding.failing"] as const)
      : (["success", "forwarding.works"] as const);
  return (
    <Badge appearance="tint" color={color}>
      {t(text)}
    </Badge>
  );
}

function List(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const query = useQuery({
    queryKey: ["forwarding", "list"],
    queryFn: () => answer(api.GET("/api/v1/admin/forwarding")),
    refetchInterval: 15_000,
  });
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("forwarding.title")}
        text={t("forwarding.text")}
        deeds={
          <Button appearance="primary" onClick={() => go(address("forwarding", "new"))}>
            {t("forwarding.add")}
          </Button>
        }
      />
      <DataTable
        caption={t("forwarding.places")}
        list={whole(query, ({ forwarding }) => forwarding)}
        rowKey={({ id }) => id}
        empty={t("forwarding.none")}
        columns={[
          {
            key: "label",
            head: t("forwarding.label"),
            cell: ({ id, label }) => (
              <Link {...leadingTo(address("forwarding", id))}>
                <bdi>{label}</bdi>
              </Link>
            ),
          },
          { key: "place", head: t("forwarding.place"), cell: (target) => <bdi>{placeOf(target)}</bdi> },
          { key: "state", head: t("forwarding.state"), cell: (target) => <TargetState target={target} /> },
          {
            key: "lag",
            head: t("forwarding.lag"),
            kind: "number",
            cell: ({ lag }) => format.number(lag),
          },
        ]}
      />
    </div>
  );
}
