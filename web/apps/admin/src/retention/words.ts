/** The words of the service's report on what is kept, worst first where they have an order. */

export const STANDINGS = ["clear", "attention", "overdue"] as const;

export const FINDINGS = [
  "transfers_overdue",
  "keys_overdue",
  "uploads_overdue",
  "vault_away",
  "keyring_away",
  "job_late",
  "job_failing",
  "objects_left",
] as const;

export const JOBS = [
  "purge_expired",
  "destroy_epochs",
  "abandon_uploads",
  "reconcile_orphans",
  "sweep",
  "trim_audit",
] as const;

/** Whether it does not pass by itself, and nobody in the console can do anything about it. */
export function isForOperator(finding: (typeof FINDINGS)[number]): boolean {
  return finding !== "objects_left" && finding !== "job_failing";
}

/** The service counts so far, and no further. */
export const COUNTED_TO = 10_000;
