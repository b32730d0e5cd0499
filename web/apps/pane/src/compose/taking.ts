/** Attachments on their way out of the mail: read one at a time, brought up, compared, and only then removed. */
import type { FileProgress, UploadQueue } from "@sealpost/sending/upload/queue.ts";

import type { Attachment, Compose } from "../office/compose.ts";
import { again, fileOf } from "./attachments.ts";
import type { Sending } from "./sending.ts";

/**
 * `reading`: Outlook hands it over. `uploading`. `arrived`: it waits for the link to be in the mail. `left`: it has arrived, and
 * Outlook does not let it be removed. `failed`: nothing was removed.
 */
export interface Take {
  readonly state: "reading" | "uploading" | "arrived" | "left" | "failed";
  readonly error?: Error | undefined;
}

/** By the attachments' ids; those that have gone are not there. */
export type Takes = ReadonlyMap<string, Take>;

export class Taking {
  #takes: Takes = new Map();
  readonly #listeners = new Set<() => void>();
  #line: Promise<unknown> = Promise.resolve();
  #settling: Promise<void> | undefined;

  constructor(
    private readonly mail: Compose,
    private readonly sending: Sending,
    /** The mail's attachments are others now. */
    private readonly onRemoved: () => void,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Takes => this.#takes;

  /** Takes these, one after the other. */
  take(attachments: readonly Attachment[]): Promise<unknown> {
    for (const one of attachments) {
      const before = this.#takes.get(one.id)?.state;
      if (before && before !== "failed") continue;
      this.#set(one.id, { state: "reading" });
      this.#line = this.#line.then(() => this.#one(one));
    }
    return this.#line;
  }

  /** Goes on with what was being taken when the pane was closed, as far as the mail still has it. */
  async goOn(): Promise<void> {
    const underWay = this.sending.snapshot().underWay;
    if (!underWay) return;
    const there = await this.mail.attachments();
    for (const [file, taken] of Object.entries(underWay.about.taken)) {
      const attachment = again(there, taken);
      const progress = find(underWay.queue, file);
      if (!attachment || !progress) this.#forget(file);
      else if (progress.state === "missing") {
        this.#set(attachment.id, { state: "reading" });
        this.#line = this.#line.then(() => this.#one(attachment, file));
      } else if (!this.#takes.has(attachment.id)) this.#set(attachment.id, { state: "arrived" });
    }
    await this.#line;
    await this.settle();
  }

  /** Removes from the mail what has arrived, once the link is in it. */
  async settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined;
    });
    await this.#settling;
  }

  async #one(attachment: Attachment, known?: string): Promise<void> {
    const id = known ?? crypto.randomUUID();
    try {
      const file = fileOf(attachment, await this.mail.content(attachment.id));
      this.#set(attachment.id, { state: "uploading" });
      const before = this.sending.snapshot().underWay;
      if (known) before?.queue.give(known, file, true);
      else await this.sending.add([{ id, file, path: file.name, proved: true }]);
      const { underWay, error } = this.sending.snapshot();
      if (!underWay) throw error ?? new Error("it could not be begun");
      const { name, size } = attachment;
      this.sending.note({ taken: { ...underWay.about.taken, [id]: { name, size } } });
      const ended = await rested(underWay.queue, id);
      if (ended === "done") {
        this.#set(attachment.id, { state: "arrived" });
        await this.settle();
      } else if (ended === undefined) {
        // Left out by a person: it stays where it was.
        this.#forget(id);
        this.#set(attachment.id, undefined);
      }
    } catch (error) {
      this.sending.leaveOut(id);
      this.#set(attachment.id, { state: "failed", error: error as Error });
    }
  }

  async #settle(): Promise<void> {
    const { underWay, block } = this.sending.snapshot();
    if (!underWay || block !== "present") return;
    for (const [file, taken] of Object.entries(underWay.about.taken)) {
      if (find(underWay.queue, file)?.state !== "done" || !(await this.sending.arrived(file))) continue;
      // Anew each time: ids count for this opening of the mail alone.
      const attachment = again(await this.mail.attachments(), taken);
      if (attachment) {
        try {
          await this.mail.removeAttachment(attachment.id);
          this.#set(attachment.id, undefined);
        } catch (error) {
          this.#set(attachment.id, { state: "left", error: error as Error });
        }
      }
      this.#forget(file);
      this.onRemoved();
    }
  }

  #forget(file: string): void {
    const { [file]: _, ...taken } = this.sending.snapshot().underWay?.about.taken ?? {};
    this.sending.note({ taken });
  }

  #set(id: string, take: Take | undefined): void {
    const takes = new Map(this.#takes);
    if (take) takes.set(id, take);
    else takes.delete(id);
    this.#takes = takes;
    for (const listener of this.#listeners) listener();
  }
}

function find(queue: UploadQueue, id: string): FileProgress | undefined {
  return queue.snapshot().files.find((file) => file.id === id);
}

/** How it stands with a file as soon as it has arrived, or waits for a person; nothing if it was left out. */
function rested(queue: UploadQueue, id: string): Promise<FileProgress["state"] | undefined> {
  return new Promise((done) => {
    let off = () => {};
    const look = (): boolean => {
      const state = find(queue, id)?.state;
      if (state && state !== "done" && state !== "failed") return false;
      off();
      done(state);
      return true;
    };
    if (!look()) off = queue.subscribe(look);
  });
}
