/**
 * What somebody wants who begins, kept with a key before it is asked: if the answer never comes, the same key gives what was
 * begun, and takes nothing more of the link.
 */
import { Problem, type Shape } from "@sealpost/api-client";

import { forget, keepTransfer, recall, type TransferNote } from "@sealpost/sending/upload/store.ts";
import { clock } from "../shell/clock.ts";
import { begin } from "./calls.ts";
import type { Opened, Who } from "./note.ts";
import type { OutsidePlace } from "./place.ts";

export interface Wish {
  readonly key: string;
  readonly who: Who;
}

export interface Wishes {
  readonly opened: Opened;
  /** The newest first. */
  readonly wishes: readonly Wish[];
}

export interface Begun {
  readonly opened: Opened;
  readonly who: Who;
  readonly begun: Shape<"BegunSubmission">;
}

/** As long as the service keeps what nothing comes to. */
const LIFE_MS = 24 * 3_600_000;
/** Who changes what he says more often than that after answers that were lost, loses the first. */
const MOST = 5;

/** A browser that keeps nothing knows them as long as the page is open. */
const here = new Map<string, Wishes>();

export async function wishesOf(path: string): Promise<Wishes | undefined> {
  return here.get(path) ?? (await recall<Wishes>(placeOf(path)))?.note.about;
}

/** The key for this, which is kept when it comes back: that of before if the same was wanted. */
export async function keyFor(path: string, opened: Opened, who: Who): Promise<string> {
  const said = onlyWho(who);
  const next = withWish((await wishesOf(path))?.wishes ?? [], said, () => crypto.randomUUID());
  const about: Wishes = { opened, wishes: next };
  here.set(path, about);
  await keepTransfer({ ...emptyNote(path), about });
  return next[0].key;
}

/** All wishes with this one as the newest. */
export function withWish(before: readonly Wish[], who: Who, key: () => string): readonly [Wish, ...Wish[]] {
  const text = JSON.stringify(who);
  const same = before.find((wish) => JSON.stringify(wish.who) === text);
  const others = before.filter((wish) => wish !== same);
  return [same ?? { key: key(), who }, ...others.slice(0, MOST - 1)];
}

export async function forgetWishes(path: string): Promise<void> {
  here.delete(path);
  await forget(emptyNote(path));
}

/** What was begun by one of these wishes, and its answer lost: the link may have nothing left because of it. */
export async function begunBefore(place: OutsidePlace): Promise<Begun | undefined> {
  const kept = await wishesOf(place.path);
  for (const { key, who } of kept?.wishes ?? []) {
    try {
      const { opened } = kept as Wishes;
      return { opened, who, begun: await begin(place, who, opened.sealing !== undefined, key) };
    } catch (error) {
      // Refused for good: nothing was begun by it, or it is over.
      const refused = error instanceof Problem && error.status < 500 && error.status !== 429;
      if (!refused) throw error;
    }
  }
  return undefined;
}

/** What is asked, and nothing of what waits for a code. */
function onlyWho({ name, email, recipients, subject, message }: Who): Who {
  return { name, email, recipients, subject, message };
}

function placeOf(path: string): string {
  return `begin:${path}`;
}

function emptyNote(path: string): TransferNote {
  const endsAt = new Date(clock.now().getTime() + LIFE_MS).toISOString();
  return { place: placeOf(path), transfer: "", endsAt, about: undefined };
}
