import { Badge } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Column } from "../parts/DataTable.tsx";
import { LineTable } from "../parts/LineTable.tsx";
import type { Line } from "./table.ts";
import type { Outcome } from "./useImport.ts";

interface Props {
  readonly lines: readonly Line[];
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

/** The lines of a table, and what would come, or has come, of each. */
export function Lines({ lines, outcomes }: Props): ReactNode {
  const { t } = useSpeech();
  const columns: readonly [Column<Line>, ...Column<Line>[]] = [
    { key: "email", head: t("users.email"), cell: ({ email }) => <bdi>{email || "–"}</bdi> },
    { key: "line", head: t("users.line"), kind: "number", cell: ({ line }) => line },
    { key: "name", head: t("users.name"), cell: ({ name }) => <bdi>{name}</bdi> },
    { key: "role", head: t("users.role"), kind: "short", cell: ({ role }) => t(`users.role.${role}`) },
    {
      key: "outcome",
      head: t("users.outcome"),
      cell: (line) => <Said line={line} outcome={outcomes.get(line.line)} />,
    },
  ];
  return <LineTable lines={lines} columns={columns} />;
}

interface SaidProps {
  readonly line: Line;
  readonly outcome: Outcome | undefined;
}

function Said({ line, outcome }: SaidProps): ReactNode {
  const { t } = useSpeech();
  if (outcome === "made")
    return (
      <Badge appearance="tint" color="success">
        {t("users.made")}
      </Badge>
    );
  if (outcome) return outcome.refused;
  return line.fault ? t(line.fault) : t("users.would_make");
}
