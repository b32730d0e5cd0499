import { Link, makeStyles, Subtitle1 } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { filtered, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Fact, Facts } from "../parts/Facts.tsx";
import { address } from "../shell/sections.ts";
import { useCount } from "./useCount.ts";

const STATES = ["draft", "sealed", "available", "blocked"] as const;

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
});

/** What there is of transfers and uploads, and how long it stays. */
export function Kept({ report }: { readonly report: Shape<"Retention"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const count = useCount();
  const { transfers, uploads, kept_for } = report;
  const time = (at: string) => format.time(new Date(at));
  const one = (end: Shape<"TransferEnd"> | undefined, said: string) =>
    end && <Link {...leadingTo(address("transfers", end.id))}>{said}</Link>;
  const past = transfers.first_past_end;
  const began = transfers.first_purge_began_at;
  const states = STATES.map(
    (state): Fact => [
      t(`state.${state}`),
      transfers[state] > 0 ? (
        <Link key={state} {...leadingTo(filtered(address("transfers"), { state }))}>
          {count(transfers[state])}
        </Link>
      ) : (
        t("retention.none")
      ),
    ],
  );
  const facts: readonly Fact[] = [
    ...states,
    [t("retention.next_end"), one(transfers.next_end, time(transfers.next_end?.expires_at ?? report.at))],
    [
      t("retention.past_end"),
      past
        ? one(
            past,
            t("retention.past_end.some", { number: count(transfers.past_end), time: time(past.expires_at) }),
          )
        : t("retention.none"),
    ],
    [
      t("retention.being_purged"),
      began
        ? t("retention.past_end.some", { number: count(transfers.being_purged), time: time(began) })
        : t("retention.none"),
    ],
    [t("retention.default"), format.duration(kept_for.transfer_default_seconds)],
    [t("retention.max"), format.duration(kept_for.transfer_max_seconds)],
    [
      t("retention.uploads"),
      uploads.next_end
        ? t("retention.uploads.some", {
            number: count(uploads.count),
            size: format.size(uploads.bytes),
            time: time(uploads.next_end),
          })
        : t("retention.none"),
    ],
    [t("retention.uploads.kept"), format.duration(kept_for.upload_idle_seconds)],
    [t("retention.leftovers"), uploads.leftovers > 0 && count(uploads.leftovers)],
  ];
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("retention.transfers")}</Subtitle1>
      <Facts facts={facts} />
      <div>
        <Link {...leadingTo(address("policy", "retention"))}>{t("retention.change")}</Link>
      </div>
    </div>
  );
}
