/** What may come in of what was chosen, before a byte is sent. */

import type { ChosenFile } from "@sealpost/sending/new/draft.ts";
import type { FileProgress } from "@sealpost/sending/upload/queue.ts";
import type { Formats, Translate } from "@sealpost/ui";
import type { Opened } from "./note.ts";

export type Limits = Pick<Opened, "maxFiles" | "maxBytes" | "maxFileBytes" | "types">;

/** Why a file is not taken. */
export type Why = "big" | "known" | "many" | "much" | "type";

export interface RefusedFile {
  readonly path: string;
  readonly size: number;
  readonly why: Why;
}

export interface Accepted {
  readonly taken: readonly ChosenFile[];
  readonly refused: readonly RefusedFile[];
}

/** Files that fit beside those that are there, in the order in which they were chosen. */
export function accept(
  chosen: readonly ChosenFile[],
  present: readonly Pick<FileProgress, "path" | "size">[],
  limits: Limits,
): Accepted {
  const known = new Set(present.map(({ path, size }) => `${size} ${path}`));
  let [count, bytes] = [present.length, present.reduce((sum, { size }) => sum + size, 0)];
  const [taken, refused]: [ChosenFile[], RefusedFile[]] = [[], []];
  for (const one of chosen) {
    const { path, file } = one;
    const key = `${file.size} ${path}`;
    const why: Why | undefined = known.has(key)
      ? "known"
      : !isTaken(path, limits.types)
        ? "type"
        : file.size > limits.maxFileBytes
          ? "big"
          : count >= limits.maxFiles
            ? "many"
            : bytes + file.size > limits.maxBytes
              ? "much"
              : undefined;
    if (why) {
      refused.push({ path, size: file.size, why });
      continue;
    }
    known.add(key);
    count += 1;
    bytes += file.size;
    taken.push(one);
  }
  return { taken, refused };
}

/**
 * Whether a file may come in, by its name. The service looks at what a file is, too, and refuses more.
 */
export function isTaken(path: string, { mode, extensions, without_extension }: Opened["types"]): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || dot === name.length - 1) return without_extension;
  return extensions.includes(name.slice(dot + 1).toLowerCase()) === (mode === "allow");
}

/** The reason, as a person is told it. */
export function whyNot({ why, size }: RefusedFile, limits: Limits, t: Translate, format: Formats): string {
  switch (why) {
    case "big":
      return t("request.refused.big", {
        size: format.size(size),
        most: format.size(limits.maxFileBytes),
      });
    case "known":
      return t("request.refused.known");
    case "type":
      return t("request.refused.type");
    case "many":
      return t("request.refused.many", { count: limits.maxFiles });
    case "much":
      return t("request.refused.much", { most: format.size(limits.maxBytes) });
  }
}

/** A picture from the clipboard or the camera, which all have the same name: the time tells them apart. */
export function named(file: File, now: Date): File {
  const dot = file.name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [file.name.slice(0, dot), file.name.slice(dot)] : [file.name, ""];
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const { type, lastModified } = file;
  return new File([file], `${stem} ${day} ${time}${extension}`, { type, lastModified });
}
