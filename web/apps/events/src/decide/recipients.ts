import { isAbout, isInternal } from "@sealpost/content";
import { files, type Mail } from "../mail.ts";
import type { AddressRule, EventPolicy } from "../policy.ts";
import { shown } from "../words/shown.ts";
import type { Finding } from "./finding.ts";

/**
 * What the rules about addresses say of a mail's recipients. They are about files: a mail without any is not theirs. A rule that
 * requires a protection is kept by what goes by Sealpost, which asks it once more.
 */
export function recipientFindings({ recipients }: EventPolicy, mail: Mail): Finding[] {
  const attached = files(mail).length > 0;
  if (recipients === undefined || (!attached && mail.transfer === undefined)) return [];
  const own = (address: string) => isInternal(recipients.internal, address);
  const findings: Finding[] = [];
  for (const address of mail.recipients) {
    const rule = deciding(recipients.rules, mail.from, address, own);
    const effect = rule === undefined ? "allow" : rule.effect;
    const finding = { reason: "recipients" as const, level: recipients.level };
    if (typeof effect === "object" && "deny" in effect) {
      const values = { address: shown(address), reason: effect.deny };
      findings.push({ ...finding, text: { key: "recipient.denied", values } });
    } else if (typeof effect === "object" && attached && effect.require.indexOf("none") < 0) {
      findings.push({
        ...finding,
        text: { key: "recipient.protected", values: { address: shown(address) } },
      });
    }
  }
  return findings;
}

/** The first rule about both; none if one before it might be, and nobody knows here: what is in doubt holds nobody up. */
function deciding(
  rules: readonly AddressRule[],
  from: string,
  to: string,
  own: (address: string) => boolean,
): AddressRule | undefined {
  for (const rule of rules) {
    const sender = among(rule.senders, from, own);
    const recipient = among(rule.recipients, to, own);
    if (sender === true && recipient === true) return rule;
    if (sender !== false && recipient !== false) return undefined;
  }
  return undefined;
}

function among(
  patterns: readonly string[] | undefined,
  address: string,
  own: (address: string) => boolean,
): boolean | undefined {
  if (patterns === undefined || patterns.length === 0) return true;
  // Without an address nobody knows who it is.
  if (address === "") return undefined;
  const internal = own(address);
  const said = patterns.map((pattern) => isAbout(pattern, address, internal));
  return said.indexOf(true) >= 0 ? true : said.indexOf(undefined) >= 0 ? undefined : false;
}
