/** Why recipients report transfers, as the service knows it. */
export const REASONS = ["illegal", "malware", "misdirected", "other", "phishing", "unwanted"] as const;

/** The reason of this name. */
export function reason(name: string | undefined): (typeof REASONS)[number] {
  return REASONS.find((known) => known === name) ?? "other";
}
