import { Button, makeStyles, mergeClasses, Spinner, tokens } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useRef, useState } from "react";

import type { Listing } from "./pages.ts";

/** From this width of the table on its rows are rows; below, each is a card. */
const CARDS = "@container (max-width: 48rem)";

const useStyles = makeStyles({
  all: { containerType: "inline-size" },
  table: {
    width: "100%",
    borderCollapse: "collapse",
    textAlign: "left",
    [CARDS]: { display: "block" },
  },
  caption: {
    textAlign: "left",
    padding: "0 0 0.5rem",
    fontWeight: 600,
    [CARDS]: { display: "block" },
  },
  head: { [CARDS]: { display: "none" } },
  body: { [CARDS]: { display: "block" } },
  row: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    [CARDS]: { display: "block", padding: "0.5rem 0" },
  },
  cell: {
    padding: "0.5rem 0.75rem 0.5rem 0",
    verticalAlign: "top",
    fontWeight: 400,
    [CARDS]: {
      display: "grid",
      gridTemplateColumns: "minmax(0, 2fr) minmax(0, 3fr)",
      columnGap: "0.75rem",
      padding: "0.125rem 0",
      "::before": { content: "attr(data-head)", color: tokens.colorNeutralForeground2 },
    },
  },
  headCell: {
    fontWeight: 600,
    color: tokens.colorNeutralForeground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    verticalAlign: "bottom",
    overflowWrap: "normal",
    whiteSpace: "normal",
  },
  // The row's name stands over the card, without a word before it.
  name: {
    minWidth: "8rem",
    [CARDS]: { display: "block", padding: "0 0 0.25rem", fontWeight: 600, "::before": { content: "none" } },
  },
  text: { minWidth: "9rem", [CARDS]: { minWidth: 0 } },
  // What is short stays whole, and leaves the room to what is long.
  short: {
    overflowWrap: "normal",
    whiteSpace: "nowrap",
    [CARDS]: { overflowWrap: "anywhere", whiteSpace: "normal" },
  },
  number: {
    textAlign: "right",
    paddingRight: "1.5rem",
    fontVariantNumeric: "tabular-nums",
    [CARDS]: { textAlign: "left" },
  },
  deeds: {
    textAlign: "right",
    paddingRight: 0,
    [CARDS]: { display: "block", textAlign: "left", paddingTop: "0.375rem", "::before": { content: "none" } },
  },
  empty: { padding: "1.5rem 0", [CARDS]: { display: "block" } },
  old: { opacity: 0.6 },
  // As high as a few rows, so that what stands below does not jump.
  waiting: { minHeight: "12rem", padding: "2rem 0" },
  foot: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.75rem", paddingTop: "0.75rem" },
  count: { color: tokens.colorNeutralForeground2 },
});

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Text if absent. What is `short` is never broken, a `number` stands to the right, `deeds` are what can be done and say so themselves. */
  readonly kind?: "text" | "short" | "number" | "deeds";
}

interface Props<Row> {
  /** What the table is about. */
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly list: Listing<Row>;
  readonly rowKey: (row: Row) => string;
  /** What is said if there is nothing: why, and what to do. */
  readonly empty: ReactNode;
}

/** A long list as a table, page by page; where there is little room each row is a card. */
export function DataTable<Row>({ caption, columns, list, rowKey, empty }: Props<Row>): ReactNode {
  const styles = useStyles();
  const { rows, isPending, isOld, error } = list;
  const isEmpty = rows.length === 0;
  return (
    <div className={styles.all} aria-busy={isPending || isOld}>
      {!(isPending || (error && isEmpty)) && (
        <table className={mergeClasses(styles.table, isOld && styles.old)}>
          <caption className={styles.caption}>{caption}</caption>
          <Head columns={columns} />
          <tbody className={styles.body}>
            {rows.map((row) => (
              <Line key={rowKey(row)} row={row} columns={columns} />
            ))}
            {isEmpty && (
              <tr className={styles.row}>
                <td className={styles.empty} colSpan={columns.length}>
                  {empty}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
      <Foot list={list} />
    </div>
  );
}

function Head<Row>({ columns }: { readonly columns: readonly Column<Row>[] }): ReactNode {
  const styles = useStyles();
  return (
    <thead className={styles.head}>
      <tr>
        {columns.map(({ key, head, kind }) => (
          <th
            key={key}
            scope="col"
            className={mergeClasses(styles.cell, styles.headCell, kind === "number" && styles.number)}
          >
            {kind === "deeds" ? <span className="spoken">{head}</span> : head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface LineProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
}

function Line<Row>({ row, columns }: LineProps<Row>): ReactNode {
  const styles = useStyles();
  return (
    <tr className={styles.row}>
      {columns.map(({ key, head, kind = "text", cell }, at) => {
        const name = mergeClasses(styles.cell, styles[kind], kind === "number" && styles.short);
        return at === 0 ? (
          <th key={key} scope="row" className={mergeClasses(name, styles.name)}>
            {cell(row)}
          </th>
        ) : (
          <td key={key} className={name} data-head={head}>
            <div>{cell(row)}</div>
          </td>
        );
      })}
    </tr>
  );
}

/** What stands below: what went wrong, how many are shown, and the way to more. */
function Foot<Row>({ list }: { readonly list: Listing<Row> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { rows, isPending, error, retry, more, isFetchingMore } = list;
  const [asked, setAsked] = useState(false);
  const count = useRef<HTMLSpanElement>(null);
  const isLast = asked && !more && !isFetchingMore;

  // The button that had the focus is gone with the last page: it goes to what is said instead.
  useEffect(() => {
    if (isLast) count.current?.focus();
  }, [isLast]);

  if (isPending) return <Spinner className={styles.waiting} label={t("shell.loading")} />;
  return (
    <>
      {error && <ProblemBar error={error} retry={retry} />}
      <div className={styles.foot}>
        {more && (
          <Button
            disabledFocusable={isFetchingMore}
            onClick={() => {
              setAsked(true);
              more();
            }}
          >
            {t("parts.more")}
          </Button>
        )}
        <span ref={count} tabIndex={-1} role="status" className={styles.count}>
          {rows.length > 0 && t(more ? "parts.shown" : "parts.shown_all", { count: rows.length })}
        </span>
      </div>
    </>
  );
}
