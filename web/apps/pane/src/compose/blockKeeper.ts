/** Keeps the block in the mail as it should be: there once it is wanted, and never twice. */

import { crc32 } from "@sealpost/sealed/crc32";
import type { Language } from "@sealpost/ui";
import type { BlockContent } from "../block/content.ts";
import { blockAs, put, renew, standing, takeOut, type Words } from "../block/write.ts";
import type { Compose } from "../office/compose.ts";

/** `lost`: it was in the mail, and somebody has taken it out. `bare`: the link stands there without the block. */
export type BlockState = "absent" | "present" | "bare" | "lost";

export class BlockKeeper {
  /** Bodies are read and written as a whole: one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly mail: Compose,
    private readonly words: (language: Language) => Promise<Words>,
  ) {}

  look(url: string): Promise<BlockState> {
    return this.#after(async () => {
      const there = await standing(this.mail, url);
      return there === "block" ? "present" : there;
    });
  }

  /** A number that tells what the block says now from what it has said. */
  async mark(content: BlockContent, language: Language): Promise<number> {
    return crc32(new TextEncoder().encode(blockAs("html", content, await this.words(language))));
  }

  /** Puts it where the cursor is, or in the place of the one that is there. */
  put(content: BlockContent, language: Language): Promise<void> {
    return this.#after(async () => put(this.mail, content, await this.words(language)));
  }

  /** Puts it in the place of the one that is there; where there is none, nothing is put anywhere. */
  renew(content: BlockContent, language: Language): Promise<boolean> {
    return this.#after(async () => renew(this.mail, content, await this.words(language)));
  }

  /** Answers whether the link still stands somewhere. */
  takeOut(url: string): Promise<boolean> {
    return this.#after(() => takeOut(this.mail, url));
  }

  #after<Value>(act: () => Promise<Value>): Promise<Value> {
    const next = this.#last.then(act, act);
    this.#last = next.catch(() => {});
    return next;
  }
}
