/**
 * What the pane knows of uploads, in the mail's own memory (`sessionData`), beside what the browser keeps: panes are frames of
 * another site, and some browsers let those keep nothing. No password and no link is among it.
 */
import type { FileNote } from "@sealpost/sending/upload/notes.ts";

import type { Compose } from "../office/compose.ts";
import type { About } from "./uploads.ts";

export const UPLOADS_KEY = "sealpost.uploads";
/** Characters: a mail has 50,000 for everything. */
const MOST = 20_000;
/** Milliseconds: notes change with every few megabytes. */
const PATIENCE = 1000;

interface Told {
  readonly transfer: string;
  readonly about: About;
  readonly files: readonly FileNote[];
}

/** What a mail remembers of the uploads of this transfer. */
export async function recallFromMail(mail: Compose, transfer: string): Promise<Told | undefined> {
  try {
    const told = JSON.parse(await mail.session.get(UPLOADS_KEY)) as Told;
    const isSound = told.transfer === transfer && Array.isArray(told.files) && typeof told.about === "object";
    return isSound ? { ...told, about: { ...told.about, taken: told.about.taken ?? {} } } : undefined;
  } catch {
    return undefined;
  }
}

/** As much of it as a mail may remember: at worst files go on without being compared first. */
export function written({ transfer, about: { password: _, ...about }, files }: Told): string | undefined {
  const texts = [files, files.map((file) => ({ ...file, marks: [] }))].map((some) =>
    JSON.stringify({ transfer, about, files: some }),
  );
  return texts.find((text) => text.length <= MOST);
}

/** Writes it a moment after it has changed. */
export class Rewriter {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly mail: Compose,
    private readonly told: () => Told,
  ) {}

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const text = written(this.told());
      if (text) void this.mail.session.set(UPLOADS_KEY, text).catch(() => {});
    }, PATIENCE);
  }

  /** Leaves nothing. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.mail.session.remove(UPLOADS_KEY).catch(() => {});
  }
}
