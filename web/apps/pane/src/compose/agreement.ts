/** What the sender wants and what the service has of it: told in a moment, and taken or refused. */
import { Problem } from "@sealpost/api-client";
import type { Draft } from "@sealpost/sending/new/draft.ts";
import type { Bootstrap } from "@sealpost/ui";

import { type Agreed, agree } from "../mail/agree.ts";
import { difference } from "../mail/wish.ts";
import type { State, World } from "./state.ts";
import type { About } from "./uploads.ts";

interface Mail {
  readonly state: () => State;
  readonly set: (change: Partial<State>) => void;
  readonly remember: (about: Partial<About>) => void;
  /** The transfer may be another than what was sealed. */
  readonly changed: () => void;
  /** The service has taken what was changed. */
  readonly agreed: () => Promise<void>;
}

export class Agreement {
  /** The draft as the service has it. */
  #agreed: Draft | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #agreeing: Promise<void> | undefined;

  constructor(
    private readonly world: World,
    private readonly bootstrap: Bootstrap,
    private readonly mail: Mail,
  ) {}

  /** What the service is being told, if it is. */
  get underWay(): Promise<void> | undefined {
    return this.#agreeing;
  }

  /** This is what the service has. */
  goOnFrom(draft: Draft): void {
    this.#agreed = draft;
  }

  /** Everything was taken back. */
  forget(): void {
    this.#agreed = undefined;
  }

  /** Tells nothing that it was about to. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Tells the service what was changed, in a moment. */
  soon(after: number = this.world.patience): void {
    clearTimeout(this.#timer);
    if (this.mail.state().stage !== "draft") return;
    this.#timer = setTimeout(() => void this.settle(), after);
  }

  /** Tells the service what was changed, and ends when it has taken that, or refused it. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#agreeing) await this.#agreeing;
    this.#agreeing = this.#agree().finally(() => {
      this.#agreeing = undefined;
    });
    await this.#agreeing;
  }

  /** The service has taken this. */
  took({ transfer, draft, refused, demanded }: Agreed): void {
    this.#agreed = draft;
    const password = transfer.generated_password;
    this.mail.set({ transfer, verdicts: { refused, demanded } });
    if (!password) return;
    this.mail.set({ password });
    this.mail.remember({ password });
  }

  async #agree(): Promise<void> {
    const { mail, bootstrap } = this;
    const { transfer, draft, stage } = mail.state();
    const before = this.#agreed;
    if (!transfer || !before || stage !== "draft") return;
    const { service, now } = this.world;
    mail.set({ changing: true });
    try {
      const agreed = await agree(draft, bootstrap.policy.protections, (tried) => {
        const changes = difference(before, tried, bootstrap, now());
        return changes
          ? service.change(transfer.id, changes)
          : Promise.resolve(mail.state().transfer ?? transfer);
      });
      this.took(agreed);
      mail.changed();
      mail.set({ changing: false, refusal: undefined, error: undefined });
      await mail.agreed();
    } catch (error) {
      // Drafts about which nothing is done are removed after a while.
      const isGone = error instanceof Problem && [404, 410].includes(error.status);
      mail.set(isGone ? { changing: false, stage: "over" } : { changing: false, refusal: error as Error });
    }
  }
}
