/** The block for mails without form: lines that fit, between two that are found again. */
import type { BlockLines } from "./content.ts";

/** As long as lines of mails may be, so that nobody breaks them anew (RFC 3676 recommends 78 at most). */
const WIDTH = 72;
const RULE = "=====";

export function text({ title, invitation, url, files, more, terms }: BlockLines): string {
  const lines = [
    ...wrapped(`${RULE} ${title}`, `${RULE} `),
    ...wrapped(invitation),
    // Alone in its line, which is never broken.
    url,
    "",
    ...files.flatMap(({ name, size }) => wrapped(`- ${name} (${size})`, "  ")),
    ...(more ? wrapped(`- ${more}`, "  ") : []),
    "",
    ...terms.flatMap((term) => wrapped(term)),
    RULE,
  ];
  return lines.join("\n");
}

/** Broken at spaces; what has none stays whole. */
function wrapped(line: string, indent = ""): string[] {
  const broken: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current === "" || longer.length <= WIDTH) current = longer;
    else {
      broken.push(current);
      current = indent + word;
    }
  }
  return [...broken, current];
}

/** Whether a line of a mail begins or ends a block, whatever Outlook has put around it. */
export function isRule(line: string): boolean {
  return line.trimStart().startsWith(RULE);
}

/** Whether it is the last one. */
export function isLastRule(line: string): boolean {
  return line.trim() === RULE;
}
