import type { SendMode } from "../policy.ts";
import { cut } from "../words/shown.ts";
import type { Words } from "../words/words.ts";
import type { Decision } from "./decide.ts";
import type { Finding } from "./finding.ts";

/** What `event.completed` is given (Mailbox 1.12; what may be missing 1.14). */
export interface Completed {
  readonly allowEvent: boolean;
  readonly errorMessage?: string;
  readonly cancelLabel?: string;
  readonly commandId?: string;
  readonly contextData?: string;
  readonly sendModeOverride?: "promptUser";
}

/** What a bar in the mail is made of: `item.notificationMessages`. */
export interface Bar {
  readonly message: string;
  readonly actionText: string;
  readonly contextData: string;
}

export const ALLOWED: Completed = { allowEvent: true };
/** The button in both manifests that opens the pane. */
export const PANE = "SealpostPane";
const MAX_MESSAGE = 500;
const MAX_BAR = 150;

/** What comes of it when the mail is sent. `buttons`: whether the host knows what Mailbox 1.14 has. */
export function answer(decision: Decision, mode: SendMode, buttons: boolean, words: Words): Completed {
  const held = decision.findings.filter(({ level }) => level !== "notify");
  const enforced = held.some(({ level }) => level === "enforce");
  // Where the manifest blocks and the host cannot be told to ask only, asking would be more than was meant.
  const canAsk = mode === "prompt_user" || buttons;
  if (held.length === 0 || !(enforced || canAsk)) return ALLOWED;
  const lines = held.map((finding) => line(finding, words));
  const end = buttons ? [] : [words("advice.ribbon", { button: words("button.ribbon") })];
  const refused = { allowEvent: false, errorMessage: fitted(lines, end, words) };
  if (!buttons) return refused;
  return {
    ...refused,
    cancelLabel: words(isOfTransfer(held[0]) ? "button.open" : "button.secure"),
    commandId: PANE,
    contextData: context(held, decision),
    ...(!enforced && mode !== "prompt_user" && { sendModeOverride: "promptUser" as const }),
  };
}

/** What stands over the mail while it is written; nothing if there is nothing to say. */
export function bar(decision: Decision, words: Words): Bar | undefined {
  // An upload that runs is seen in the pane, and what is written changes with every word.
  const told = decision.findings.filter(({ reason }) => reason !== "upload" && reason !== "content");
  const [first] = told;
  if (first === undefined) return undefined;
  return {
    message: cut(line(first, words), MAX_BAR),
    actionText: words(isOfTransfer(first) ? "button.open" : "button.secure"),
    contextData: context(told, decision),
  };
}

/** Text, for older Outlook on Windows hands nothing else on. The pane reads it by `getInitializationContextAsync`. */
function context(findings: readonly Finding[], { protection }: Decision): string {
  const reasons = findings
    .map(({ reason }) => reason)
    .filter((reason, at, all) => all.indexOf(reason) === at);
  const take = findings.some((finding) => !isOfTransfer(finding));
  return JSON.stringify({ format: 1, view: take ? "take_over" : "transfer", reasons, protection });
}

/** Whether it is about what goes by Sealpost already, and not about what should. */
function isOfTransfer(finding: Finding | undefined): boolean {
  return finding?.reason === "upload" || finding?.reason === "access";
}

function line({ text }: Finding, words: Words): string {
  return typeof text === "string" ? text : words(text.key, text.values);
}

/** As many lines as there is room for, each once, and how many are not there. */
function fitted(lines: readonly string[], end: readonly string[], words: Words): string {
  const distinct = Array.from(new Set(lines));
  const text = (count: number) => {
    const left = distinct.length - count;
    return [...distinct.slice(0, count), ...(left > 0 ? [words("more", { count: left })] : []), ...end].join(
      "\n",
    );
  };
  let [count, length] = [0, 0];
  while (count < distinct.length && length <= MAX_MESSAGE) {
    length += (distinct[count] ?? "").length + 1;
    count += 1;
  }
  while (count > 1 && text(count).length > MAX_MESSAGE) count -= 1;
  if (text(count).length <= MAX_MESSAGE) return text(count);
  // One alone is too long: it gets what the others leave.
  const rest = text(1).length - (distinct[0] ?? "").length;
  distinct[0] = cut(distinct[0] ?? "", MAX_MESSAGE - rest);
  return text(1);
}
