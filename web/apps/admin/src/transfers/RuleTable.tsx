import { Link } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { listed } from "../parts/pages.ts";
import { useFileRule } from "../parts/useFileRule.ts";
import { address } from "../shell/sections.ts";

type Rule = Shape<"LogRule">;

const EFFECTS = ["allowed", "denied", "noticed", "required"] as const;
const KINDS = ["address", "content", "type"] as const;

/** The rules of the policy that a transfer has met, each with a way to the others that have met it. */
export function RuleTable({ rules }: { readonly rules: readonly Rule[] }): ReactNode {
  const { t, format } = useSpeech();
  const fileRule = useFileRule();
  const columns: readonly [Column<Rule>, ...Column<Rule>[]] = [
    {
      key: "name",
      head: t("transfers.rule_name"),
      cell: ({ kind, name }) =>
        name === undefined ? (
          t("transfers.rule_forgotten")
        ) : (
          <Link {...leadingTo(`${address("transfers")}?${new URLSearchParams({ rule: name })}`)}>
            <bdi>{kind === "type" ? fileRule(name) : name}</bdi>
          </Link>
        ),
    },
    {
      key: "kind",
      head: t("transfers.rule_kind"),
      cell: ({ kind }) => t(`transfers.rule_kind.${KINDS.find((known) => known === kind) ?? "content"}`),
    },
    {
      key: "effect",
      head: t("transfers.rule_effect"),
      cell: ({ effect }) =>
        t(`transfers.rule_effect.${EFFECTS.find((known) => known === effect) ?? "noticed"}`),
    },
    {
      key: "version",
      head: t("transfers.rule_version"),
      kind: "number",
      cell: ({ policy_version }) => format.number(policy_version),
    },
    {
      key: "at",
      head: t("transfers.rule_at"),
      kind: "short",
      cell: ({ at }) => format.time(new Date(at)),
    },
  ];
  return (
    <DataTable
      caption={t("transfers.rules")}
      columns={columns}
      list={listed(rules)}
      rowKey={({ kind, name, number, effect, at }) => [kind, name, number, effect, at].join(" ")}
      empty=""
    />
  );
}
