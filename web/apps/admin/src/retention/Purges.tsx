import { makeStyles, Subtitle1 } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Chart } from "../parts/Chart.tsx";
import { Facts } from "../parts/Facts.tsx";
import { byDay, sum } from "./purged.ts";

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

interface Props {
  readonly purges: Shape<"Purges">;
  /** When it was looked. */
  readonly at: string;
}

/** What was removed lately, and how long after its end. */
export function Purges({ purges, at }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const all = sum(purges.days);
  const isNone = purges.days.length === 0;
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("retention.purges")}</Subtitle1>
      {isNone && <div>{t("retention.purges.none")}</div>}
      {!isNone && (
        <>
          <Facts
            facts={[
              [t("retention.expired"), format.number(all.expired)],
              [t("retention.deleted"), format.number(all.deleted)],
              [t("retention.files"), format.number(all.files)],
              [t("retention.size"), format.size(all.bytes)],
              [t("retention.delay"), all.expired > 0 && format.duration(all.longest_delay_ms / 1000)],
            ]}
          />
          <Chart
            title={t("retention.purges.chart")}
            heads={[t("retention.purges.day"), t("retention.purges.count")]}
            bars={byDay(purges, new Date(at)).map(({ day, count }) => ({
              label: format.day(new Date(day)),
              value: count,
            }))}
            write={format.number}
          />
        </>
      )}
    </div>
  );
}
