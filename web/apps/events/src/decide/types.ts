import { files, type Mail } from "../mail.ts";
import type { EventPolicy } from "../policy.ts";
import { shown, visible } from "../words/shown.ts";
import type { Finding } from "./finding.ts";

/** Which attachments are called like something that may not be sent. What they are is looked at when Sealpost takes them. */
export function typeFindings({ types }: EventPolicy, mail: Mail): Finding[] {
  if (types === undefined) return [];
  return files(mail)
    .filter((file) => file.kind === "file")
    .filter((file) => types.extensions.indexOf(extension(file.name)) >= 0 === (types.mode === "deny"))
    .map((file) => ({
      reason: "types" as const,
      level: types.level,
      text: { key: "type.denied" as const, values: { name: shown(file.name) } },
    }));
}

/** Behind the last dot, as Windows takes it: dots and blanks at the end are not there, nor is what nobody sees. */
function extension(name: string): string {
  const plain = visible(name).replace(/[. \u00a0]+$/, "");
  const dot = plain.lastIndexOf(".");
  return dot < 0
    ? ""
    : plain
        .slice(dot + 1)
        .trim()
        .toLowerCase();
}
