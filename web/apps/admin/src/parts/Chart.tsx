import { makeStyles, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";

/** How high the highest bar is, in pixels. */
const HEIGHT = 208;
/** How much of its place a bar takes. */
const FULL = 0.7;

const useStyles = makeStyles({
  figure: { margin: 0, containerType: "inline-size" },
  title: { fontWeight: 600, paddingBottom: "0.5rem" },
  both: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem 2rem",
    "@container (min-width: 40rem)": { gridTemplateColumns: "minmax(0, 2fr) minmax(14rem, 1fr)" },
  },
  picture: { display: "block", width: "100%", height: `${HEIGHT}px`, overflow: "visible" },
  words: {
    display: "flex",
    justifyContent: "space-between",
    gap: "0.5rem",
    padding: "0.25rem 0",
    color: tokens.colorNeutralForeground2,
    fontSize: "0.75rem",
  },
  bar: { fill: tokens.colorBrandBackground, stroke: tokens.colorBrandStroke1 },
  line: { stroke: tokens.colorNeutralStroke1 },
  table: { borderCollapse: "collapse", width: "100%", fontSize: "0.8125rem", alignSelf: "start" },
  head: {
    textAlign: "left",
    fontWeight: 600,
    color: tokens.colorNeutralForeground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  label: { textAlign: "left", fontWeight: 400, padding: "0.0625rem 0.5rem 0.0625rem 0" },
  value: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
});

export interface Bar {
  /** What it stands for, briefly: a week, a department. */
  readonly label: string;
  readonly value: number;
}

interface Props {
  readonly title: string;
  /** What bars stand for, and what their height does: the heads of the table's columns. */
  readonly heads: readonly [label: string, value: string];
  readonly bars: readonly Bar[];
  /** How values are written. */
  readonly write: (value: number) => string;
}

/** Bars, and the same numbers as a table beside them: nobody needs to see the one or to read the other. */
export function Chart({ title, heads, bars, write }: Props): ReactNode {
  const styles = useStyles();
  const titleId = useId();
  return (
    <figure className={styles.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className={styles.title}>
        {title}
      </figcaption>
      <div className={styles.both}>
        <Picture bars={bars} write={write} />
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.head}>
                {heads[0]}
              </th>
              <th scope="col" className={`${styles.head} ${styles.value}`}>
                {heads[1]}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row" className={styles.label}>
                  {label}
                </th>
                <td className={styles.value}>{write(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The bars. Everything in them stands in the table, too: they are hidden from those who hear the page. */
function Picture({ bars, write }: Pick<Props, "bars" | "write">): ReactNode {
  const styles = useStyles();
  const most = Math.max(...bars.map(({ value }) => value), 0);
  const step = 100 / Math.max(bars.length, 1);
  const height = (value: number) => (most === 0 ? 0 : Math.max((value / most) * HEIGHT, value > 0 ? 2 : 0));
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <div aria-hidden="true">
      <div className={styles.words}>{write(most)}</div>
      <svg className={styles.picture} aria-hidden="true">
        <line className={styles.line} x1="0" x2="100%" y1="0" y2="0" strokeDasharray="2 4" />
        {bars.map(({ label, value }, at) => (
          <rect
            key={label}
            className={styles.bar}
            x={`${(at + (1 - FULL) / 2) * step}%`}
            width={`${step * FULL}%`}
            y={HEIGHT - height(value)}
            height={height(value)}
          />
        ))}
        <line className={styles.line} x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
      </svg>
      <div className={styles.words}>
        <span>{first?.label}</span>
        <span>{bars.length > 1 && last?.label}</span>
      </div>
    </div>
  );
}
