import { Badge, Button, Link, makeStyles } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, go, leadingTo, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { address, type SectionProps } from "../shell/sections.ts";
import { AddProvider } from "./AddProvider.tsx";
import { ProviderPage } from "./ProviderPage.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

/** Where users and recipients sign in, beside passwords and passkeys. */
export default function Providers({ rest }: SectionProps): ReactNode {
  const { mayChange } = useMe();
  if (rest === "new" && mayChange) return <AddProvider />;
  if (rest !== "") return <ProviderPage key={rest} id={rest} />;
  return <List />;
}

function List(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const query = useQuery({
    queryKey: ["identity-providers", "list"],
    queryFn: () => answer(api.GET("/api/v1/admin/identity-providers")),
  });
  const whom = ({ for_users, for_recipients }: Shape<"IdentityProvider">) =>
    format.list([
      ...(for_users ? [t("signin.users")] : []),
      ...(for_recipients ? [t("signin.recipients")] : []),
    ]);
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("signin.title")}
        text={t("signin.text")}
        deeds={
          mayChange && (
            <Button appearance="primary" onClick={() => go(address("sign-in", "new"))}>
              {t("signin.add")}
            </Button>
          )
        }
      />
      <div>
        <Link inline {...leadingTo(address("policy", "sessions"))}>
          {t("signin.rules")}
        </Link>
      </div>
      <DataTable
        caption={t("signin.providers")}
        list={whole(query, ({ identity_providers }) => identity_providers)}
        rowKey={({ id }) => id}
        empty={t("signin.none")}
        columns={[
          {
            key: "label",
            head: t("signin.label"),
            cell: ({ id, label }) => (
              <Link {...leadingTo(address("sign-in", id))}>
                <bdi>{label}</bdi>
              </Link>
            ),
          },
          {
            key: "kind",
            head: t("signin.kind"),
            cell: ({ kind }) => t(kind === "entra" ? "signin.kind.entra" : "signin.kind.oidc"),
          },
          { key: "whom", head: t("signin.for"), cell: whom },
          {
            key: "domains",
            head: t("signin.domains"),
            cell: ({ domains }) => (
              <bdi>{domains.length > 0 ? format.list(domains) : t("signin.domains.all")}</bdi>
            ),
          },
          {
            key: "state",
            head: t("signin.state"),
            cell: ({ enabled }) => (
              <Badge appearance="tint" color={enabled ? "success" : "informative"}>
                {t(enabled ? "signin.on" : "signin.off")}
              </Badge>
            ),
          },
        ]}
      />
    </div>
  );
}
