/** What somebody who runs a tenant should look at, the most pressing first. */
import type { Shape } from "@sealpost/api-client";
import type { TextKey, Values } from "@sealpost/ui";

const DAY = 86_400_000;
/** From when on it is said that a licence ends. */
const LICENCE_ENDS = 30 * DAY;
/** For how long files may be looked into before somebody should look into that. */
const SCAN = 15 * 60_000;

/** What is known; what could not be asked, or may not be, is absent. */
export interface Known {
  readonly reports?: readonly Pick<Shape<"AbuseReport">, "settled_at">[] | undefined;
  readonly incidents?: readonly Pick<Shape<"Incident">, "acknowledged_at">[] | undefined;
  readonly licence?: Shape<"LicenceReport"> | undefined;
  readonly retention?: Pick<Shape<"Retention">, "standing"> | undefined;
  readonly blocked?: Shape<"TransferLog"> | undefined;
  /** Transfers whose files are being looked into. */
  readonly waiting?: Shape<"TransferLog"> | undefined;
}

/** Something to look at, and where. */
export interface Matter {
  readonly text: TextKey;
  readonly values: Values;
  readonly intent: "error" | "warning" | "info";
  /** The word of the section, and what it is asked by. */
  readonly to: string;
  readonly search?: string;
}

/** The matters; `time` writes a moment. */
export function matters(known: Known, now: number, time: (at: Date) => string): readonly Matter[] {
  const { reports, incidents, licence, retention, blocked, waiting } = known;
  const found: (Matter | undefined)[] = [
    counted(
      "overview.incidents",
      "incidents",
      "error",
      incidents?.filter((one) => !one.acknowledged_at).length,
    ),
    ofRetention(retention?.standing),
    ...(licence ? ofLicence(licence, now, time) : []),
    counted("overview.reports", "abuse-reports", "warning", reports?.filter((one) => !one.settled_at).length),
    counted(
      "overview.waiting",
      "transfers",
      "warning",
      waiting?.transfers.filter(isSlow(now)).length,
      "state=sealed",
    ),
    blocked?.next === undefined
      ? counted("overview.blocked", "transfers", "info", blocked?.transfers.length, "state=blocked")
      : counted("overview.blocked_more", "transfers", "info", blocked.transfers.length, "state=blocked"),
  ];
  return found.filter((one) => one !== undefined);
}

function counted(
  text: TextKey,
  to: string,
  intent: Matter["intent"],
  count: number | undefined,
  search?: string,
): Matter | undefined {
  return count ? { text, values: { count }, intent, to, ...(search && { search }) } : undefined;
}

function ofRetention(standing: string | undefined): Matter | undefined {
  const of = (text: TextKey, intent: Matter["intent"]) => ({ text, values: {}, intent, to: "retention" });
  if (standing === "overdue") return of("overview.retention_overdue", "error");
  return standing === "attention" ? of("overview.retention_attention", "warning") : undefined;
}

function isSlow(now: number): (line: Shape<"TransferLogLine">) => boolean {
  return ({ sent_at, created_at }) => now - new Date(sent_at ?? created_at).getTime() > SCAN;
}

function ofLicence(
  licence: Shape<"LicenceReport">,
  now: number,
  time: (at: Date) => string,
): readonly Matter[] {
  const { state, licence: installed, seats, seats_assigned, seats_over } = licence;
  const of = (text: TextKey, intent: Matter["intent"], values: Values = {}): Matter => ({
    text,
    values,
    intent,
    to: "licence",
  });
  const ends = installed && new Date(installed.expires_at);
  if (state === "missing") return [of("overview.licence_missing", "error")];
  if (state === "expired") return [of("overview.licence_expired", "error")];
  return [
    ...(state === "grace" && installed
      ? [of("overview.licence_grace", "error", { time: time(new Date(installed.grace_ends_at)) })]
      : []),
    ...(state === "active" && ends && ends.getTime() - now < LICENCE_ENDS
      ? [of("overview.licence_ends", "warning", { time: time(ends) })]
      : []),
    ...(seats_over > 0 ? [of("overview.seats_over", "warning", { count: seats_over })] : []),
    ...(seats_over === 0 && seats !== undefined && seats_assigned >= seats
      ? [of("overview.seats_full", "info", { count: seats })]
      : []),
  ];
}
