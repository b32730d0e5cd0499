/** What the block in a mail says, in words of the language that the sender has chosen for it. */
import type { Shape } from "@sealpost/api-client";
import { type Formats, isolate, type TextKey, type Translate } from "@sealpost/ui";

type Protection = Shape<"Protection">;

export interface BlockContent {
  /** The link of the mail, by which the block is found again. */
  readonly url: string;
  /** The tenant, as it calls itself. */
  readonly from: string;
  /** Colours of the tenant, `#rrggbb`; ours if it has said nothing. */
  readonly accent?: string | undefined;
  readonly onAccent?: string | undefined;
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** Whether they are sealed by their sender: then the mail does not name what the service cannot read. */
  readonly sealed?: boolean | undefined;
  readonly until: Date;
  /** What recipients must show beside the link: what each of them must, as far as that differs. */
  readonly asked: readonly Protection[];
}

/** The same as lines: each stands alone, and says all of itself. */
export interface BlockLines {
  readonly title: string;
  readonly invitation: string;
  readonly url: string;
  readonly files: readonly { readonly name: string; readonly size: string }[];
  /** How many more there are; nothing if all are named. */
  readonly more: string | undefined;
  /** Until when, and what is asked for. */
  readonly terms: readonly string[];
}

/** More names would push away what somebody has written. */
export const MOST_FILES = 10;

export function linesOf(content: BlockContent, t: Translate, format: Formats): BlockLines {
  const { files, asked, until, sealed = false } = content;
  const named = sealed ? [] : files.slice(0, MOST_FILES);
  const rest = sealed ? 0 : files.length - named.length;
  return {
    title: t("block.title", { name: plain(content.from) }),
    invitation: t("block.invitation", { count: files.length }),
    url: content.url,
    files: named.map(({ name, size }) => ({ name: isolate(plain(name)), size: format.size(size) })),
    more: rest > 0 ? t("block.more", { count: rest }) : undefined,
    terms: [
      ...(sealed ? [t("block.sealed")] : []),
      t("block.until", { time: format.time(until) }),
      ...(askedFor(asked, t) ?? []),
    ],
  };
}

function askedFor(asked: readonly Protection[], t: Translate): string[] | undefined {
  const different = new Set(asked);
  const [only] = different;
  if (different.size > 1) return [t("block.asks.several")];
  if (!only || only === "none") return undefined;
  return [t(`block.asks.${only}` satisfies TextKey)];
}

/** Names of others make no new lines. */
function plain(name: string): string {
  return name.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
