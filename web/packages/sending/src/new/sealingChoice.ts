/** Whether a transfer is sealed in the browser, so that the service cannot read it: what the tenant says, and what the sender may choose. */
import type { Bootstrap } from "@sealpost/ui";

type Policy = Bootstrap["policy"];

/** Whether it is proposed, or required. */
export function isSealedAtFirst({ policy }: { readonly policy: Policy }): boolean {
  return policy.zero_knowledge === "prefer" || policy.zero_knowledge === "require";
}

/**
 * Whether it is sealed, after what was chosen: the tenant may require it meanwhile. What was to be sealed is never sent otherwise because
 * the tenant forbids it meanwhile: then the service refuses it, and a person decides.
 */
export function isSealed(chosen: boolean, policy: Policy): boolean {
  return chosen || policy.zero_knowledge === "require";
}
