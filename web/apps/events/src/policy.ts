/** What the service lets the event file know of a tenant's policy. README.md says where it comes from. */
import type { ContentRule } from "@sealpost/content";

/**
 * How much comes of a finding. `notify`: a bar in the mail while it is written, and it goes out. `ask`: the sender decides
 * when he sends. `enforce`: it is not sent like this, as far as the manifest's send mode lets that be.
 */
export type Level = "notify" | "ask" | "enforce";

/** The manifest's, for the one that is deployed. */
export type SendMode = "prompt_user" | "soft_block" | "block";

export interface AddressRule {
  /** Patterns as in docs/policy.md; left out, it is about everybody. */
  readonly senders?: readonly string[];
  readonly recipients?: readonly string[];
  readonly effect: "allow" | { readonly deny: string } | { readonly require: readonly string[] };
}

export interface EventPolicy {
  /** The number of this form. */
  readonly format: 1;
  /** Whether anything is to be looked at. Not while there is no licence, the tenant is suspended, or the operator has said so. */
  readonly active: boolean;
  /** How long it is not asked for anew, in seconds: so long it takes until `active` is heard. 0 to 3600. */
  readonly fresh_seconds: number;
  /** How long it counts while the service does not answer, in seconds. 0: then every mail goes out. */
  readonly keep_seconds: number;
  readonly send_mode: SendMode;
  /** Bytes of all attachments together from which on, exclusively, they should go by Sealpost. */
  readonly attachments?: { readonly more_than_bytes: number; readonly level: Level };
  /** Extensions, in lower case and without the dot: these may not be sent, or nothing else. */
  readonly types?: {
    readonly mode: "deny" | "allow";
    readonly extensions: readonly string[];
    readonly level: Level;
  };
  /** Rules about addresses, asked for mails with files. `internal` are patterns of the tenant's own addresses. */
  readonly recipients?: {
    readonly level: Level;
    readonly internal: readonly string[];
    readonly rules: readonly AddressRule[];
  };
  /** What rules find is asked about when it is sent; `mandatory` is enforced. */
  readonly content?: readonly ContentRule[];
  /** What comes of an upload that is not complete; `ask` if it is left out. */
  readonly uploads?: Level;
}

/** The policy that somebody has sent or kept; nothing if it is none that this file understands. */
export function policyFrom(value: unknown): EventPolicy | undefined {
  const policy = value as Partial<EventPolicy> | null | undefined;
  const sound =
    typeof policy === "object" &&
    policy !== null &&
    policy.format === 1 &&
    typeof policy.active === "boolean" &&
    typeof policy.fresh_seconds === "number" &&
    typeof policy.keep_seconds === "number";
  return sound ? (policy as EventPolicy) : undefined;
}
