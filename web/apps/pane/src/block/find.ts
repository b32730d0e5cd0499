/**
 * Finds blocks again in what Outlook has made of them: attributes and styles gone, quotes changed, wrapped in elements of its
 * own. What stays is the link, which nobody can guess. Nothing else in the mail is touched, not even rewritten.
 */
import { isLastRule, isRule } from "./text.ts";

/** Where a block stands, as a range of the text that was searched. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Found {
  readonly blocks: readonly Place[];
  /** Whether the link stands somewhere without a block around it: somebody has taken it out, or written it. */
  readonly bare: boolean;
}

/** More than a block has: then the link stands in a table of somebody else's. */
const MOST_ROWS = 20;

/** The blocks of this link in a mail with form. */
export function inHtml(body: string, url: string): Found {
  const tables = tablesOf(body);
  const places = new Map<number, Place>();
  let bare = false;
  for (const at of occurrences(body, url)) {
    // The innermost one that the link stands in.
    const around = tables
      .filter(({ start, end }) => start < at && at < end)
      .sort((a, b) => b.start - a.start)[0];
    if (around && isOurs(body.slice(around.start, around.end))) places.set(around.start, around);
    else bare = true;
  }
  return { blocks: ordered(places), bare };
}

/** The blocks of this link in a mail without form. */
export function inText(body: string, url: string): Found {
  const lines = linesOf(body);
  const places = new Map<number, Place>();
  let bare = false;
  for (const at of occurrences(body, url)) {
    const line = lines.findIndex(({ start, end }) => start <= at && at < end);
    const first = lines.slice(0, line).findLastIndex(({ said }) => isRule(said));
    const last = lines.findIndex(({ said }, index) => index > line && isRule(said));
    const [begin, finish] = [lines[first], lines[last]];
    // The title may go over more than one line, each of which begins with the rule.
    const top = titleAbove(lines, first);
    const [head, foot] = [lines[top] ?? begin, finish];
    if (head && foot && isLastRule(foot.said) && !isLastRule(head.said))
      places.set(head.start, { start: head.start, end: foot.start + foot.said.trimEnd().length });
    else bare = true;
  }
  return { blocks: ordered(places), bare };
}

function titleAbove(lines: readonly Line[], first: number): number {
  let top = first;
  while (top > 0) {
    const above = lines[top - 1]?.said ?? "";
    if (!isRule(above) || isLastRule(above)) break;
    top -= 1;
  }
  return top;
}

/** The text with something else, or nothing, in the place of each block. */
export function replaced(body: string, places: readonly Place[], by: string): string {
  return [...places]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => text.slice(0, start) + by + text.slice(end), body);
}

function ordered(places: ReadonlyMap<number, Place>): Place[] {
  return [...places.values()].sort((a, b) => a.start - b.start);
}

/**
 * What tells a link from others: hosts write what stands before it in more than one way. What stands behind `#` may be another than it
 * was, in the same block.
 */
function tokenOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1).replace(/#.*$/, "");
}

/** Whether the link stands somewhere as it is, with all that stands behind `#`. */
export function isWhole(body: string, url: string): boolean {
  const [, second] = url.split("#");
  return second === undefined || body.includes(`${tokenOf(url)}#${second}`);
}

function occurrences(body: string, url: string): number[] {
  const token = tokenOf(url);
  const found: number[] = [];
  if (token.length < 20) return found;
  for (let at = body.indexOf(token); at >= 0; at = body.indexOf(token, at + token.length)) found.push(at);
  return found;
}

/** Comments are skipped whole, and quotes within tags. */
const TAGS = /<!--[\s\S]*?-->|<(\/?)table\b(?:"[^"]*"|'[^']*'|[^'">])*>/gi;

function tablesOf(body: string): Place[] {
  const open: number[] = [];
  const tables: Place[] = [];
  for (const tag of body.matchAll(TAGS)) {
    if (tag[1] === undefined) continue;
    if (tag[1] === "") {
      open.push(tag.index);
      continue;
    }
    const start = open.pop();
    if (start !== undefined) tables.push({ start, end: tag.index + tag[0].length });
  }
  return tables;
}

function isOurs(markup: string): boolean {
  // Word says in comments what only Word reads.
  const table = markup.replace(/<!--[\s\S]*?-->/g, "");
  const rows = table.match(/<tr\b/gi)?.length ?? 0;
  const tables = table.match(/<table\b/gi)?.length ?? 0;
  return tables === 1 && rows >= 3 && rows <= MOST_ROWS;
}

interface Line extends Place {
  readonly said: string;
}

function linesOf(body: string): Line[] {
  return [...body.matchAll(/[^\r\n]*(?:\r\n|\n|\r|$)/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    said: match[0].replace(/[\r\n]+$/, ""),
  }));
}
