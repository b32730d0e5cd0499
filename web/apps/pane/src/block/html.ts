/**
 * The block as HTML for mails: one table, whose look is in attributes, for Outlooks drop styles or rewrite them; without any look
 * at all it reads as lines. Nothing is fetched from anywhere.
 */
import type { BlockContent, BlockLines } from "./content.ts";

const OURS = { accent: "#0b5cad", onAccent: "#ffffff" };
/** Said with every cell: mail programs that darken what is bright go by what they find. */
const PAPER = "#ffffff";
const INK = "#1f1f1f";
const QUIET = "#555555";
const LINE = "#d0d0d0";
const FACE = "Segoe UI, Arial, sans-serif";

export function html(
  lines: BlockLines,
  { accent, onAccent }: Pick<BlockContent, "accent" | "onAccent">,
): string {
  const head = colour(accent) ?? OURS.accent;
  const onHead = (accent && colour(onAccent)) || OURS.onAccent;
  const url = escaped(lines.url);
  const rows = [
    row(head, cell(head, text(`<b>${escaped(lines.title)}</b>`, onHead, 3), 2)),
    row(PAPER, cell(PAPER, text(escaped(lines.invitation), INK), 2)),
    // The id keeps Outlook from putting a preview of the page into the mail.
    row(
      PAPER,
      cell(
        PAPER,
        text(`<a id="LPNoLP" href="${url}"><font color="${OURS.accent}">${url}</font></a>`, INK),
        2,
      ),
    ),
    ...lines.files.map(({ name, size }) =>
      row(
        PAPER,
        cell(PAPER, text(escaped(name), INK)) +
          `<td bgcolor="${PAPER}" align="right" valign="top" nowrap>${text(escaped(size), QUIET)}</td>`,
      ),
    ),
    ...(lines.more ? [row(PAPER, cell(PAPER, text(escaped(lines.more), QUIET), 2))] : []),
    ...lines.terms.map((term) => row(PAPER, cell(PAPER, text(escaped(term), QUIET), 2))),
  ];
  return (
    `<table width="100%" border="1" bordercolor="${LINE}" cellpadding="6" cellspacing="0" bgcolor="${PAPER}" rules="none" frame="box">` +
    `<tbody>${rows.join("")}</tbody></table>`
  );
}

function row(back: string, cells: string): string {
  return `<tr bgcolor="${back}">${cells}</tr>`;
}

function cell(back: string, inside: string, span = 1): string {
  return `<td bgcolor="${back}"${span > 1 ? ` colspan="${span}"` : ""} valign="top">${inside}</td>`;
}

function text(inside: string, ink: string, size = 2): string {
  return `<font face="${FACE}" size="${size}" color="${ink}">${inside}</font>`;
}

/** Nothing but a colour comes into an attribute. */
function colour(said: string | undefined): string | undefined {
  return said && /^#[0-9a-f]{6}$/i.test(said) ? said : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escaped(said: string): string {
  return said.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
