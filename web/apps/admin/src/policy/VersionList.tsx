import { Badge, Link, makeStyles } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { usePages } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { Who } from "../parts/Who.tsx";
import { address } from "../shell/sections.ts";
import { type Told, toldDifference } from "./toldDifference.ts";
import type { Version } from "./useDraft.ts";
import { useLabel, useShown } from "./useShown.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  told: { margin: 0, padding: 0, listStyle: "none" },
});

/** The versions, latest first: who made each, when, and what it changed. */
export function VersionList({ current }: { readonly current: Version }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const list = usePages<number, Shape<"PolicyVersionList">, Shape<"PolicyVersion">>(
    ["policy-versions"],
    (before) =>
      answer(
        api.GET("/api/v1/admin/policy/versions", {
          params: { query: { limit: 20, ...(before !== undefined && { before }) } },
        }),
      ),
    ({ versions }) => versions,
  );
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("policy.versions")}
        text={t("versions.text")}
        back={{ to: address("policy"), text: t("policy.all") }}
      />
      <DataTable
        caption={t("policy.versions")}
        list={list}
        rowKey={({ version }) => String(version)}
        empty={t("versions.none")}
        columns={[
          {
            key: "version",
            head: t("versions.version"),
            cell: ({ version }) => (
              <>
                <Link {...leadingTo(address("policy", `versions/${version}`))}>
                  {t("versions.number", { version })}
                </Link>{" "}
                {version === current.version && (
                  <Badge appearance="tint" color="brand">
                    {t("versions.counts")}
                  </Badge>
                )}
              </>
            ),
          },
          { key: "when", head: t("versions.when"), cell: ({ made_at }) => format.time(new Date(made_at)) },
          { key: "who", head: t("versions.who"), cell: ({ made_by }) => <Who id={made_by} /> },
          {
            key: "what",
            head: t("versions.what"),
            cell: ({ difference, restored_from }) => (
              <>
                {restored_from !== undefined && (
                  <div>{t("versions.restored", { version: restored_from })}</div>
                )}
                <ul className={styles.told}>
                  {toldDifference(difference).map((one) => (
                    <li key={one.path}>
                      <ToldView told={one} />
                    </li>
                  ))}
                </ul>
              </>
            ),
          },
        ]}
      />
    </div>
  );
}

function ToldView({ told }: { readonly told: Told }): ReactNode {
  const { t, format } = useSpeech();
  const label = useLabel();
  const show = useShown();
  if (told.values) {
    const [before, after] = told.values;
    return (
      <>
        {label(told.path)}: <bdi>{show(told.path, before)}</bdi> → <bdi>{show(told.path, after)}</bdi>
      </>
    );
  }
  if (!told.rules) return label(told.path);
  const { added, removed, changed, reordered } = told.rules;
  const parts = [
    added > 0 && t("versions.added", { count: added }),
    removed > 0 && t("versions.removed", { count: removed }),
    changed > 0 && t("versions.changed", { count: changed }),
    reordered && t("policy.diff.reordered"),
  ].filter((part) => part !== false);
  return `${label(told.path)}: ${format.list(parts)}`;
}
