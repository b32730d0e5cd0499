/** What a request says while it is written. */
import type { Shape } from "@sealpost/api-client";
import type { Bootstrap, Formats, Translate } from "@sealpost/ui";

import { isAddress } from "../new/addresses.ts";
import { count } from "../new/NumberField.tsx";
import { isSealedAtFirst } from "../new/sealingChoice.ts";

/** Of the words of a policy those that people ask for. */
export const KINDS = ["pdf", "image", "office", "text", "archive", "video", "audio", "email"] as const;
export type Kind = (typeof KINDS)[number];

export interface Wish {
  readonly title: string;
  readonly message: string;
  /** Who alone may use it; whoever has the link, if empty. */
  readonly email: string;
  /** Whether the service mails the link there. */
  readonly notify: boolean;
  readonly asksCode: boolean;
  /** As it was typed. */
  readonly uses: string;
  /** As it was typed; what the tenant allows, if empty. */
  readonly files: string;
  /** Most bytes of each use; what the tenant allows, if absent. */
  readonly bytes: number | undefined;
  /** What is taken; whatever the tenant allows, if empty. */
  readonly kinds: readonly Kind[];
  /** Seconds until it ends. */
  readonly lifetime: number;
  /** Whether what comes in is sealed to the key of who asks. */
  readonly toKey: boolean;
}

/** What is wrong, by field. */
export type WishFaults = Partial<Record<"title" | "message" | "email" | "uses" | "files", string>>;

/** As the service bounds them. */
export const MOST_USES = 1000;
const MOST_MESSAGE_BYTES = 16_384;

const MEGABYTE = 1_000_000;
const SIZES = [10, 100, 1000, 5000, 20_000, 100_000, 1_000_000].map((size) => size * MEGABYTE);

/** The sizes that can be chosen within a tenant's bounds. */
export function sizes({ limits }: Bootstrap): number[] {
  return SIZES.filter((size) => size < limits.max_transfer_bytes);
}

export function emptyWish({ policy }: Bootstrap): Wish {
  return {
    title: "",
    message: "",
    email: "",
    notify: false,
    asksCode: false,
    uses: "1",
    files: "",
    bytes: undefined,
    kinds: [],
    lifetime: policy.retention_default_seconds,
    toKey: isSealedAtFirst({ policy }),
  };
}

/** What keeps a request from being made. */
export function wishFaults(wish: Wish, { limits }: Bootstrap, t: Translate, format: Formats): WishFaults {
  const found: WishFaults = {};
  const email = wish.email.trim();
  const uses = count(wish.uses, MOST_USES);
  if (wish.title.trim() === "") found.title = t("ask.title.none");
  if (new TextEncoder().encode(wish.message).length > MOST_MESSAGE_BYTES)
    found.message = t("ask.message.long", { size: format.size(MOST_MESSAGE_BYTES) });
  if (email && !isAddress(email)) found.email = t("ask.email.wrong");
  if (uses === undefined || Number.isNaN(uses)) found.uses = t("field.number", { most: MOST_USES });
  if (Number.isNaN(count(wish.files, limits.max_files)))
    found.files = t("field.number_or_empty", { most: limits.max_files });
  return found;
}

/** As the API takes it. What the tenant does not let its users choose is not said. */
export function asCreation(wish: Wish, { policy, limits }: Bootstrap, now: Date): Shape<"CreateRequest"> {
  const files = count(wish.files, limits.max_files);
  return {
    title: wish.title.trim(),
    asks_code: wish.asksCode,
    max_uses: count(wish.uses, MOST_USES) ?? 1,
    ...(wish.message.trim() && { message: wish.message }),
    ...(wish.email.trim() && { email: wish.email.trim(), notify: wish.notify }),
    ...(files !== undefined && { max_files: files }),
    // Of what is sealed nobody sees the kind.
    ...(wish.toKey && { mode: "zero_knowledge" }),
    ...(wish.kinds.length > 0 && !wish.toKey && { kinds: [...wish.kinds] }),
    ...(wish.bytes !== undefined && { max_bytes: wish.bytes }),
    ...(!policy.locked.includes("expiry") && {
      expires_at: new Date(now.getTime() + wish.lifetime * 1000).toISOString(),
    }),
  };
}
