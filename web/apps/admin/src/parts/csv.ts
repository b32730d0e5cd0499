/** Tables as spreadsheets write them: RFC 4180, also with semicolons, as where commas stand in numbers. */

export interface Row {
  /** The number of its first line, from 1. */
  readonly line: number;
  /** Its fields, without blanks around. */
  readonly fields: readonly string[];
}

/** The rows of a table. Those without anything in them are left out. */
export function rowsOf(text: string): readonly Row[] {
  const table = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const separator = separatorOf(table);
  const rows: Row[] = [];
  let [line, begins, field, quoted] = [1, 1, "", false];
  let fields: string[] = [];
  const endField = () => {
    fields.push(field.trim());
    field = "";
  };
  const endRow = () => {
    endField();
    if (fields.some((one) => one !== "")) rows.push({ line: begins, fields });
    fields = [];
    begins = line;
  };

  for (let at = 0; at < table.length; at += 1) {
    const char = table.charAt(at);
    if (char === "\n") line += 1;
    if (quoted && char === '"' && table.charAt(at + 1) === '"') {
      field += char;
      at += 1;
    } else if (char === '"' && (quoted || field.trim() === "")) {
      if (!quoted) field = "";
      quoted = !quoted;
    } else if (!quoted && char === separator) endField();
    else if (!quoted && char === "\n") endRow();
    else field += char;
  }
  endRow();
  return rows;
}

/** What stands between fields: whichever comes more often in the first line. */
function separatorOf(table: string): "," | ";" | "\t" {
  const first = table.split("\n", 1)[0] ?? "";
  const count = (char: string) => first.split(char).length;
  if (count("\t") > count(",") && count("\t") > count(";")) return "\t";
  return count(";") > count(",") ? ";" : ",";
}
