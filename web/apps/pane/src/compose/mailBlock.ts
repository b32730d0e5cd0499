/** The block in the mail: put in, and brought in line with the transfer as long as it is there. */
import type { Bootstrap, Language } from "@sealpost/ui";

import type { BlockContent } from "../block/content.ts";
import type { BlockKeeper } from "./blockKeeper.ts";
import { contentOf } from "./contentOf.ts";
import type { State } from "./state.ts";
import type { About } from "./uploads.ts";

interface Mail {
  readonly state: () => State;
  readonly set: (change: Partial<State>) => void;
  readonly remember: (about: Partial<About>) => void;
}

export class MailBlock {
  /** What it has said last; nothing if it is not known. */
  #mark: number | undefined;

  constructor(
    private readonly keeper: BlockKeeper,
    private readonly branding: Bootstrap["branding"],
    private readonly mail: Mail,
  ) {}

  /** This is what it has said last. */
  recall(mark: number | undefined): void {
    this.#mark = mark;
  }

  /** Everything was taken back. */
  forget(): void {
    this.#mark = undefined;
  }

  /** Puts it into the mail, where the cursor is. */
  async insert(): Promise<void> {
    const content = this.#content();
    if (!content) return;
    const { language } = this.mail.state();
    try {
      await this.keeper.put(content, language);
      await this.#said(content, language);
    } catch (error) {
      this.mail.set({ blockError: error as Error });
    }
  }

  /** Finds out whether it is in the mail, by this link. */
  async look(url: string): Promise<void> {
    try {
      const block = await this.keeper.look(url);
      // What was put in once, and is not there any more, somebody has taken out.
      this.mail.set({ block: block === "absent" && this.#mark !== undefined ? "lost" : block });
    } catch (error) {
      this.mail.set({ blockError: error as Error });
    }
  }

  /** Brings it in line with what it should say, if it is in the mail. */
  async renew(): Promise<void> {
    const content = this.#content();
    const { block, language } = this.mail.state();
    if (!content || block !== "present") return;
    try {
      if ((await this.keeper.mark(content, language)) === this.#mark) return;
      if (await this.keeper.renew(content, language)) await this.#said(content, language);
      else this.mail.set({ block: "lost" });
    } catch (error) {
      this.mail.set({ blockError: error as Error });
    }
  }

  #content(): BlockContent | undefined {
    return contentOf(this.mail.state(), this.branding);
  }

  async #said(content: BlockContent, language: Language): Promise<void> {
    this.#mark = await this.keeper.mark(content, language);
    this.mail.remember({ block: this.#mark, language });
    this.mail.set({ block: "present", blockError: undefined });
  }
}
