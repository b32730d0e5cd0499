import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "./DataTable.tsx";
import { listed } from "./pages.ts";

/** How many lines are shown at once. */
const STEP = 100;

interface Props<Line> {
  readonly lines: readonly Line[];
  readonly columns: readonly [Column<Line>, ...Column<Line>[]];
}

/** The lines of a table that is taken, those with faults first. */
export function LineTable<Line extends { readonly line: number; readonly fault?: unknown }>({
  lines,
  columns,
}: Props<Line>): ReactNode {
  const { t } = useSpeech();
  const [shown, setShown] = useState(STEP);
  const sorted = [...lines.filter(({ fault }) => fault), ...lines.filter(({ fault }) => !fault)];
  const more = shown < lines.length ? { more: () => setShown(shown + STEP) } : {};
  return (
    <DataTable
      caption={t("users.lines")}
      columns={columns}
      list={{ ...listed(sorted.slice(0, shown)), ...more }}
      rowKey={({ line }) => String(line)}
      empty=""
    />
  );
}
