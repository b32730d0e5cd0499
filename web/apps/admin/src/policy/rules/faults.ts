/** What is wrong with rules as they are written, before the service is asked: it has the last word. */
import type { TextKey } from "@sealpost/ui";

type Protections = readonly string[];

/** What all rules have. */
export interface AnyRule {
  readonly name: string;
  readonly disabled?: boolean;
}

export type Effect = "allow" | { readonly deny: string } | { readonly require: Protections };

export type AddressRule = {
  readonly name: string;
  readonly senders?: readonly string[];
  readonly recipients?: readonly string[];
  readonly effect: Effect;
  readonly zero_knowledge?: "require" | "forbid";
  readonly disabled?: boolean;
};

export type Finder =
  | { readonly words: readonly string[] }
  | { readonly number: string }
  | { readonly shape: string }
  | { readonly files_larger_than: number }
  | { readonly more_files_than: number };

export type ContentRule = {
  readonly name: string;
  readonly find: Finder;
  readonly within?: readonly string[];
  readonly at_least?: number;
  readonly level: string;
  readonly protections?: Protections;
  readonly text: string;
  readonly disabled?: boolean;
};

/** What is wrong with a rule: its number, from 1, and in which of its fields. */
export interface RuleFault {
  readonly rule: number;
  readonly field: string;
  readonly text: TextKey;
}

/** Longest name and text of a rule, in bytes. */
const MOST_BYTES = 256;

function isLine(text: string): boolean {
  const plain = !/\p{Cc}/u.test(text);
  return plain && text.trim() !== "" && new TextEncoder().encode(text).length <= MOST_BYTES;
}

/** Whether a text has the form of a pattern of addresses. */
export function isPattern(text: string): boolean {
  return (
    /^(any|internal|external)$/i.test(text) ||
    /^group:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ||
    /^[^\s@]*@[^\s@]+$/.test(text) ||
    /^[^\s@.:]+(\.[^\s@.:]+)+$/.test(text)
  );
}

export function addressFaults(rules: readonly AddressRule[]): readonly RuleFault[] {
  return faults(rules, ({ senders = [], recipients = [], effect }) => {
    if (!senders.every(isPattern)) return ["senders", "rule.fault.pattern"];
    if (!recipients.every(isPattern)) return ["recipients", "rule.fault.pattern"];
    if (typeof effect === "string") return undefined;
    if ("deny" in effect && !isLine(effect.deny)) return ["text", "rule.fault.text"];
    if ("require" in effect && effect.require.length === 0) return ["protections", "rule.fault.protections"];
    return undefined;
  });
}

export function contentFaults(rules: readonly ContentRule[]): readonly RuleFault[] {
  return faults(rules, ({ find, at_least = 1, text }) => {
    if ("words" in find && find.words.length === 0) return ["find", "rule.fault.words"];
    if ("shape" in find && (find.shape.match(/[#@]/g) ?? []).length < 3) return ["find", "rule.fault.shape"];
    if ("files_larger_than" in find && !isCount(find.files_larger_than))
      return ["find", "policy.fault.number"];
    if ("more_files_than" in find && !isCount(find.more_files_than)) return ["find", "policy.fault.number"];
    if (!isCount(at_least) || at_least < 1 || at_least > 1000) return ["at_least", "rule.fault.at_least"];
    if (!isLine(text)) return ["text", "rule.fault.text"];
    return undefined;
  });
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function faults<Rule extends { readonly name: string }>(
  rules: readonly Rule[],
  more: (rule: Rule) => readonly [field: string, text: TextKey] | undefined,
): readonly RuleFault[] {
  const names = new Set<string>();
  return rules.flatMap((rule, place) => {
    const isTaken = names.has(rule.name);
    names.add(rule.name);
    const [field, text] = !isLine(rule.name)
      ? (["name", "rule.fault.name"] as const)
      : isTaken
        ? (["name", "rule.fault.taken"] as const)
        : (more(rule) ?? []);
    return field && text ? [{ rule: place + 1, field, text }] : [];
  });
}
