/** Which parts of an upload the service has, and under which salts they were sealed: the manifest names them. */
import { objectLength, partCount, partLength, plainLength, uploadLength } from "@sealpost/sealed/range";

import type { Attempt } from "./vault.ts";

/** Nobody can say any more how a part was sealed that the service has: the file begins anew, as another upload. */
export class Lost extends Error {
  override readonly name = "Lost";
}

/**
 * The try that counts of each part, for what the service says it has stored. What it has answered is certain (`known`); of a part
 * behind that, whose answer was lost, it has the only try there was. Of several it may have any: then, and if it has less than it has
 * said, fails with [`Lost`].
 */
export function settle(
  known: readonly Attempt[],
  tries: readonly (readonly Attempt[] | undefined)[],
  offset: number,
  size: number,
): readonly Attempt[] {
  const stored = partsIn(offset, size);
  if (stored === undefined || stored < known.length) throw new Lost();
  const behind = Array.from({ length: stored - known.length }, (_, at) => {
    const [only, ...others] = tries[known.length + at] ?? [];
    if (!only || others.length > 0) throw new Lost();
    return only;
  });
  return [...known, ...behind];
}

/** How many parts end at `offset` of what is uploaded of a file; nothing if none ends there. */
function partsIn(offset: number, size: number): number | undefined {
  if (offset === uploadLength(size)) return partCount(size);
  const sealed = objectLength(partLength(size));
  return offset < uploadLength(size) && offset % sealed === 0 ? offset / sealed : undefined;
}

/** Bytes of a file that the service has when it has so many sealed ones of it. */
export function plainBytes(offset: number, size: number): number {
  if (offset >= uploadLength(size)) return size;
  const length = partLength(size);
  return Math.floor(offset / objectLength(length)) * length;
}

const PART_LENGTHS = [8, 16, 32, 64].map((mib) => mib * 2 ** 20);

/** How long a file is of which so many sealed bytes were uploaded; nothing if no file is. */
export function openedLength(sealed: number): number | undefined {
  for (const part of PART_LENGTHS) {
    const whole = Math.floor(sealed / objectLength(part));
    const rest = sealed % objectLength(part);
    const last = rest === 0 ? 0 : plainLength(rest);
    const length = last === undefined ? undefined : whole * part + last;
    if (length !== undefined && partLength(length) === part) return length;
  }
  return undefined;
}
