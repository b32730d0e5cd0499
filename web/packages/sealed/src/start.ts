/** Starts the worker. */
import { Sealer } from "./sealer.ts";
import script from "./worker.ts?worker&url";

export type { Span } from "./reading.ts";
export { Sealer } from "./sealer.ts";

/** What a page's content security policy has to name in `trusted-types`: it makes this one script a worker and nothing else. */
const POLICY = "sealpost-worker";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

let trusted: string | undefined;

/** The worker's address, in the form that a page with Trusted Types takes. */
function address(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const createScriptURL = (url: string) => {
    if (url !== script) throw new TypeError("only the sealing worker");
    return url;
  };
  // A policy can be made once.
  trusted ??= trustedTypes
    ? trustedTypes.createPolicy(POLICY, { createScriptURL }).createScriptURL(script)
    : script;
  return trusted;
}

/** A sealer with a worker of its own; close it when it is not needed any more. */
export function startSealer(atOnce?: number): Sealer {
  return new Sealer(new Worker(address(), { type: "module", name: "sealer" }), atOnce);
}
