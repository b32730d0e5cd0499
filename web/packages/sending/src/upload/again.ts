/** Which of the files that are chosen again are those that were begun. */
import type { ChosenFile } from "../new/draft.ts";
import type { FileNote } from "./notes.ts";
import type { FileProgress } from "./queue.ts";

/** What the service has of a transfer. */
export interface Stored {
  readonly files: readonly { readonly id: string; readonly size: number; readonly crc32: number | null }[];
  readonly uploads: readonly { readonly id: string; readonly received: number }[];
}

/** Where the files stand that were begun before the page was opened. */
export function begun(notes: readonly FileNote[], { files, uploads }: Stored): FileProgress[] {
  return notes.map(({ id, path, size, upload }) => {
    const known = { id, path, size };
    if (files.some((file) => file.id === upload)) return { ...known, state: "done", sent: size };
    const received = uploads.find((one) => one.id === upload)?.received ?? 0;
    return { ...known, state: "missing", sent: received };
  });
}

/** What the service has that nobody here knows of: begun, but never noted. */
export function strange(kept: ReadonlySet<string>, { files, uploads }: Stored): string[] {
  return [...files, ...uploads].map(({ id }) => id).filter((id) => !kept.has(id));
}

/** Files whose content on the service is not what was read here. */
export function differing(notes: readonly FileNote[], { files }: Stored): string[] {
  return notes
    .filter(({ upload, crc }) => {
      const there = files.find((file) => file.id === upload);
      return there && crc !== undefined && there.crc32 !== null && there.crc32 !== crc;
    })
    .map(({ id }) => id);
}

export interface Matched {
  /** Goes on with this file: name and length are those that were begun. Its content is compared before anything is sent. */
  readonly same: readonly { readonly id: string; readonly file: File }[];
  /** Has the name of one that was begun, and another length. */
  readonly other: readonly { readonly id: string; readonly file: File }[];
  /** Nothing of it is missing here. */
  readonly fresh: readonly ChosenFile[];
}

/**
 * Goes by folders and name. Where a file was chosen without its folder this time, the name alone is enough if only one is
 * missing that has it.
 */
export function match(missing: readonly FileProgress[], chosen: readonly ChosenFile[]): Matched {
  const left = new Map(missing.map((one) => [one.id, one]));
  const [same, other, fresh]: [Matched["same"][number][], Matched["other"][number][], ChosenFile[]] = [
    [],
    [],
    [],
  ];
  for (const one of chosen) {
    const known = find([...left.values()], one);
    if (!known) {
      fresh.push(one);
      continue;
    }
    left.delete(known.id);
    (known.size === one.file.size ? same : other).push({ id: known.id, file: one.file });
  }
  return { same, other, fresh };
}

function find(missing: readonly FileProgress[], { path, file }: ChosenFile): FileProgress | undefined {
  const called = missing.filter((one) => one.path === path);
  const named = called.length > 0 ? called : missing.filter((one) => nameOf(one.path) === nameOf(path));
  const exact = named.find((one) => one.size === file.size);
  return exact ?? (named.length === 1 ? named[0] : undefined);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
