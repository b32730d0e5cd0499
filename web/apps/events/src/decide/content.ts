import { type ContentFinding, look, preferred } from "@sealpost/content";

import { files, type Mail } from "../mail.ts";
import type { EventPolicy } from "../policy.ts";
import type { Finding } from "./finding.ts";

/** Of a message so many characters are looked at: what is behind them is what others wrote before, and time is short. */
const MOST_CHARACTERS = 100_000;

export interface ContentFindings {
  readonly findings: Finding[];
  /** What recipients are to be asked for if it goes by Sealpost. */
  readonly protection: string | undefined;
}

/** What the rules about what is written find. `goesOn` is asked between them. */
export function contentFindings(
  { content }: EventPolicy,
  mail: Mail,
  goesOn: () => boolean,
): ContentFindings {
  if (content === undefined || content.length === 0) return { findings: [], protection: undefined };
  const written = {
    subject: mail.subject,
    message: mail.message.slice(0, MOST_CHARACTERS),
    files: files(mail).map(({ name, size }) => ({ name, bytes: size })),
  };
  const found = look(content, written, goesOn);
  return { findings: found.map(finding), protection: preferred(found) };
}

/** Only when it is sent all is written: what would notify only is asked about then. */
function finding({ rule }: ContentFinding): Finding {
  return { reason: "content", level: rule.level === "mandatory" ? "enforce" : "ask", text: rule.text };
}
