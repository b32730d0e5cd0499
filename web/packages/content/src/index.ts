/**
 * What a tenant's rules find in a mail, before it leaves the sender's machine. The service looks again at what it is given, by
 * the same rules: `crates/domain/tests/rules/content.json` holds what both must find.
 */

import { countKind } from "./number.ts";
import type { Content, ContentFinding, ContentLevel, ContentPlace, ContentRule } from "./rules.ts";
import { countShape } from "./shape.ts";
import { searchable } from "./text.ts";
import { countWords } from "./words.ts";

export { isAbout, isInternal } from "./pattern.ts";
export type * from "./rules.ts";

/** The strongest first. */
const LEVELS: readonly ContentLevel[] = ["mandatory", "automatic", "notify"];

/**
 * What the rules find; `goesOn` is asked before each, and what comes after it has said no is not looked for. Only what ES2016 has
 * is used here and in what this uses: Outlook on Windows runs it where there is no more.
 */
export function look(
  rules: readonly ContentRule[],
  content: Content,
  goesOn: () => boolean = () => true,
): ContentFinding[] {
  const texts = searchableTexts(content);
  const found: ContentFinding[] = [];
  rules.forEach((rule, index) => {
    const times = rule.disabled || !goesOn() ? 0 : count(rule, texts, content);
    if (times > 0 && times >= (rule.at_least ?? 1)) {
      found.push({ number: index + 1, rule, times });
    }
  });
  return found;
}

/** How much the findings ask for together; nothing if there are none. */
export function strongest(findings: readonly ContentFinding[]): ContentLevel | undefined {
  return LEVELS.find((level) => findings.some((finding) => finding.rule.level === level));
}

/**
 * What recipients must be asked for: what every mandatory rule that says so names. Nothing if none does; empty if no
 * protection meets them all.
 */
export function required(findings: readonly ContentFinding[]): string[] | undefined {
  return named(findings, ["mandatory"]);
}

/** What recipients are asked for unless the sender says otherwise. */
export function preferred(findings: readonly ContentFinding[]): string | undefined {
  return named(findings, ["automatic", "mandatory"])?.[0];
}

function named(findings: readonly ContentFinding[], levels: readonly ContentLevel[]): string[] | undefined {
  const asking = findings.filter((finding) => levels.includes(finding.rule.level));
  const lists = asking.map((finding) => finding.rule.protections ?? []).filter((list) => list.length > 0);
  const [first, ...others] = lists;
  return first?.filter((protection) => others.every((list) => list.includes(protection)));
}

type Texts = Record<ContentPlace, readonly string[]>;

function searchableTexts({ subject, message, files }: Content): Texts {
  // In names of files, words stand with all kinds of things between.
  const names = files.map((file) => searchable(file.name.replace(/[_+]/g, " ")));
  return { subject: [searchable(subject)], message: [searchable(message)], file_names: names };
}

function count(rule: ContentRule, texts: Texts, { files }: Content): number {
  const { find, within = [], at_least = 1 } = rule;
  const places: readonly ContentPlace[] = within.length > 0 ? within : ["subject", "message", "file_names"];
  const sum = (one: (text: string) => number) =>
    places.reduce((sum, place) => texts[place].reduce((sum, text) => sum + one(text), sum), 0);
  if ("words" in find) {
    return sum((text) => countWords(find.words, text));
  }
  if ("number" in find) {
    return sum((text) => countKind(find.number, text));
  }
  if ("shape" in find) {
    return sum((text) => countShape(find.shape, text));
  }
  if ("files_larger_than" in find) {
    return files.reduce((sum, file) => sum + file.bytes, 0) > find.files_larger_than ? at_least : 0;
  }
  return files.length > find.more_files_than ? at_least : 0;
}
