/** Longest number that anybody looks for, without its separators. */
const LONGEST = 34;

/**
 * Counts numbers as people write them: neighbouring whole groups of digits and letters with single separators between, the
 * longest first from each place. Takes time in proportion to the text.
 */
export function countNumbers(text: string, isOne: (joined: string) => boolean): number {
  let count = 0;
  for (const run of runs(text)) {
    let from = 0;
    while (from < run.length) {
      const groups = longest(run, from, isOne);
      count += groups > 0 ? 1 : 0;
      from += Math.max(groups, 1);
    }
  }
  return count;
}

/** How many of the groups from here on are one together. */
function longest(run: readonly string[], from: number, isOne: (joined: string) => boolean): number {
  let joined = "";
  let found = 0;
  for (let at = from; at < run.length; at += 1) {
    joined += run[at];
    if (joined.length > LONGEST) {
      break;
    }
    if (isOne(joined)) {
      found = at - from + 1;
    }
  }
  return found;
}

/** Runs of groups with one separator between: a blank, a hyphen, a dot or a slash. */
function runs(text: string): string[][] {
  const all: string[][] = [];
  const groups = /[0-9a-z]+/gi;
  let end: number | undefined;
  for (let match = groups.exec(text); match !== null; match = groups.exec(text)) {
    const between = end === undefined ? "" : text.slice(end, match.index);
    const last = all[all.length - 1];
    if (last !== undefined && /^[ \-./]$/.test(between)) {
      last.push(match[0]);
    } else {
      all.push([match[0]]);
    }
    end = match.index + match[0].length;
  }
  return all;
}
