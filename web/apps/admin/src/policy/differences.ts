/** What differs between two versions of a policy, for people to read before they save, or afterwards. */
import { type Document, type Json, type Path, same } from "./document.ts";

/** What became of the rules of a list; a rule goes by its name. */
export interface RulesDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Whether those in both stand in another order. */
  readonly reordered: boolean;
}

/** A list of rules, as far as it is told by names. */
export type Rule = { readonly name: string; readonly [field: string]: Json };

export function rulesOf(value: Json): readonly Rule[] {
  return Array.isArray(value) ? (value as readonly Rule[]) : [];
}

export function rulesDifference(before: readonly Rule[], after: readonly Rule[]): RulesDifference {
  const [olds, news] = [named(before), named(after)];
  const inBoth = (rules: readonly Rule[], others: ReadonlyMap<string, Rule>) =>
    rules.map(({ name }) => name).filter((name) => others.has(name));
  const [orderBefore, orderAfter] = [inBoth(before, news), inBoth(after, olds)];
  return {
    added: after.map(({ name }) => name).filter((name) => !olds.has(name)),
    removed: before.map(({ name }) => name).filter((name) => !news.has(name)),
    changed: orderAfter.filter((name) => !same(olds.get(name) ?? null, news.get(name) ?? null)),
    reordered: orderBefore.some((name, place) => name !== orderAfter[place]),
  };
}

function named(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  return new Map(rules.map((rule) => [rule.name, rule]));
}

/** Every place at which two documents say something else; lists count as one. */
export function places(before: Document, after: Document, above = ""): readonly Path[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].sort().flatMap((name) => {
    const [old, now] = [before[name] ?? null, after[name] ?? null];
    if (same(old, now)) return [];
    const path = `${above}${name}`;
    const [inner, innerNow] = [members(old), members(now)];
    return inner && innerNow ? places(inner, innerNow, `${path}.`) : [path];
  });
}

function members(value: Json): Document | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Document)
    : undefined;
}
