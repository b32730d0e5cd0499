/** To whom it goes at a portal: chosen among those that it offers, or named by an address of its domains. */

import { isAddress, split } from "@sealpost/sending/new/addresses.ts";
import type { Translate } from "@sealpost/ui";
import type { Opened } from "./note.ts";

export interface Whom {
  /** Ids of choices. */
  readonly chosen: readonly string[];
  /** Addresses, as they were typed. */
  readonly typed: string;
}

/** As many as it may go to. */
const MOST = 20;

/** Whether there is anything to choose. */
export function asksWhom({ choices, domains }: Opened): boolean {
  return choices.length > 0 || domains.length > 0;
}

/** What was said before; whoever has no choice has chosen. */
export function whomOf(opened: Opened, recipients: readonly string[]): Whom {
  const { choices, domains } = opened;
  const [only] = choices;
  if (recipients.length === 0 && only && choices.length === 1 && domains.length === 0)
    return { chosen: [only.id], typed: "" };
  const isChoice = (one: string) => choices.some(({ id }) => id === one);
  return {
    chosen: recipients.filter(isChoice),
    typed: recipients.filter((one) => !isChoice(one)).join(", "),
  };
}

/** As the service takes it. */
export function recipientsOf({ chosen, typed }: Whom): string[] {
  return [...new Set([...chosen, ...split(typed)])];
}

/** What keeps it from being sent. */
export function whomFault(opened: Opened, whom: Whom, t: Translate): string | undefined {
  const { domains, several } = opened;
  if (!asksWhom(opened)) return undefined;
  const all = recipientsOf(whom);
  if (all.length === 0) return t("portal.to.none");
  if (all.length > (several ? MOST : 1))
    return several ? t("portal.to.many", { count: MOST }) : t("portal.to.one");
  const isThere = (address: string) =>
    domains.includes(address.slice(address.lastIndexOf("@") + 1).toLowerCase());
  const wrong = split(whom.typed).find((address) => !isAddress(address) || !isThere(address));
  return wrong && t("portal.to.wrong", { address: wrong });
}
