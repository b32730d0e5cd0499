/** Whether a transfer is sealed in the browser, so that the service cannot read it: what the tenant says, and what the sender may choose. */
import type { Bootstrap } from "@sealpost/ui";

import type { Verdict } from "../sealing/verdict.ts";

type Policy = Bootstrap["policy"];

/** Whether it is proposed, or required. */
export function isSealedAtFirst({ policy }: { readonly policy: Policy }): boolean {
  return policy.zero_knowledge === "prefer" || policy.zero_knowledge === "require";
}

/**
 * Whether it is sealed, after what was chosen: the tenant, or a rule of his about a recipient or a file, may require it meanwhile. What was
 * to be sealed is never sent otherwise because somebody forbids it meanwhile: then that is said, and a person decides.
 */
export function isSealed(chosen: boolean, policy: Policy, verdict?: Verdict): boolean {
  return chosen || policy.zero_knowledge === "require" || verdict?.verdict === "required";
}

/** What is said of the choice, if it is not the sender's alone. */
export type Lock = "required" | "forbidden" | "impossible";

export function lockOf(policy: Policy, verdict?: Verdict): Lock | undefined {
  if (verdict && verdict.verdict !== "free") return verdict.verdict;
  if (policy.zero_knowledge === "require") return "required";
  return policy.zero_knowledge === "forbid" ? "forbidden" : undefined;
}
