/** The transfer of the mail that is being written: begun with its first file, ready when the mail is sent. */
import { uploadLength } from "@sealpost/sealed/range";
import type { ChosenFile, Draft } from "@sealpost/sending/new/draft.ts";
import { wholeLink } from "@sealpost/sending/sealing/letter.ts";
import { differing } from "@sealpost/sending/upload/again.ts";
import type { Bootstrap, Language } from "@sealpost/ui";

import { agree } from "../mail/agree.ts";
import { forget, keep, recall } from "../mail/known.ts";
import type { MailLink, Transfer } from "../mail/service.ts";
import { creation, draftOf, mirrored } from "../mail/wish.ts";
import { Agreement } from "./agreement.ts";
import { MailBlock } from "./mailBlock.ts";
import { isWhole, SealedAs } from "./sealedAs.ts";
import { SealedElsewhere, StrangeLink } from "./sealedHere.ts";
import { nothing, type State, type World } from "./state.ts";
import type { About, UnderWay } from "./uploads.ts";

/** A store, as `useSyncExternalStore` reads it. */
export class Sending {
  #state: State;
  readonly #listeners = new Set<() => void>();
  #link: MailLink | undefined;
  /** The one that the mail names, whether it is there or not. */
  #id: string | undefined;
  #creating: Promise<void> | undefined;
  #unfollow: () => void = () => {};
  #finishing = false;
  readonly #sealed: SealedAs;
  readonly #agreement: Agreement;
  readonly #block: MailBlock;

  constructor(
    private readonly world: World,
    private readonly bootstrap: Bootstrap,
    private readonly empty: Draft,
    language: Language,
  ) {
    this.#state = nothing(empty, language);
    this.#sealed = new SealedAs({
      state: this.snapshot,
      least: bootstrap.policy.password_min_chars,
      madeUp: (password) => this.#set({ password }),
      sealed: (underWay, made) => {
        this.#remember({ made });
        if (this.#link) this.#set({ url: this.#urlOf(this.#link, underWay) });
      },
    });
    const mail = {
      state: this.snapshot,
      set: (change: Partial<State>) => this.#set(change),
      remember: (about: Partial<About>) => this.#remember(about),
    };
    this.#block = new MailBlock(world.block, bootstrap.branding, mail);
    this.#agreement = new Agreement(world, bootstrap, {
      ...mail,
      changed: () => this.#doubted(),
      agreed: async () => {
        await this.#tell();
        await this.#block.renew();
        // Its last byte may have come while the service did not answer.
        this.#moved();
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): State => this.#state;

  /** Asks the mail whether it has a transfer already, and goes on with that. */
  async start(): Promise<void> {
    // Who waits for another pane goes on seeing that.
    if (this.#state.stage !== "elsewhere") this.#set({ stage: "looking" });
    this.#set({ error: undefined });
    try {
      const id = await recall(this.world.mail);
      this.#id = id;
      const transfer = id && (await this.world.service.get(id));
      if (transfer) await this.#adopt(transfer);
      else this.#set({ stage: id ? "over" : "none" });
    } catch (error) {
      this.#set({ error: error as Error });
    }
  }

  /** Nobody looks at it any more. What is being uploaded goes on. */
  stop(): void {
    this.#agreement.stop();
    this.#unfollow();
  }

  /** Does again what has failed. */
  retry(): void {
    const { stage, waiting } = this.#state;
    if (stage === "none" && waiting.length > 0) void this.add([]);
    else if (stage === "draft") this.#agreement.soon(0);
    else void this.start();
  }

  /** Brings up more files; the first ones begin the transfer. */
  async add(files: readonly ChosenFile[]): Promise<void> {
    const { stage, underWay } = this.#state;
    if (stage === "draft" && underWay) {
      underWay.queue.add(files);
      this.#changed();
    } else if (stage === "none" || stage === "creating") {
      this.#set({ waiting: [...this.#state.waiting, ...files], leftLink: false });
      this.#creating ??= this.#create().finally(() => {
        this.#creating = undefined;
      });
      await this.#creating;
    }
  }

  /** Leaves out a file that waits for the transfer to be made. */
  leaveOut(id: string): void {
    this.#set({ waiting: this.#state.waiting.filter((file) => file.id !== id) });
    if (this.#state.waiting.length === 0) this.#set({ error: undefined });
  }

  /** Changes what the sender wants. */
  change(changed: Partial<Draft>): void {
    this.#set({ draft: { ...this.#state.draft, ...changed } });
    if (this.#doubted()) void this.#tell();
    this.#agreement.soon();
  }

  /** The mail goes to these, by their addresses. */
  mirror(emails: readonly string[]): void {
    const { draft } = this.#state;
    const before = draft.recipients.map(({ email }) => email);
    if (before.length === emails.length && before.every((email, at) => email === emails[at])) return;
    this.change(mirrored(draft, emails));
  }

  /** The mail is called this. */
  retitle(subject: string): void {
    if (subject.trim() !== this.#state.draft.subject.trim()) this.change({ subject });
  }

  speak(language: Language): void {
    this.#set({ language });
    this.#remember({ language });
    void this.#block.renew();
  }

  /** Remembers something beside the transfer. */
  note(about: Partial<About>): void {
    this.#remember(about);
  }

  /** Puts the block into the mail, where the cursor is. */
  async insert(): Promise<void> {
    await this.#block.insert();
  }

  /** Makes it available now, without waiting for the mail to be sent. */
  async release(): Promise<void> {
    const { transfer, complete, block } = this.#state;
    if (!transfer || !complete) return;
    this.#set({ changing: true, error: undefined });
    try {
      await this.#agreement.settle();
      if (block !== "present") await this.insert();
      const sent = await this.world.service.send(transfer.id);
      await this.#state.underWay?.end("sent");
      this.#unfollow();
      this.#set({ stage: "available", transfer: sent, underWay: undefined, changing: false });
    } catch (error) {
      this.#set({ error: error as Error, changing: false });
    }
  }

  /** Begins anew with the same files, sealed by whom this says. Nothing happens if one of them is not here. */
  async restart(sealed: boolean): Promise<void> {
    const { underWay, waiting } = this.#state;
    const files = underWay ? underWay.queue.chosen() : waiting;
    if (!files) return;
    if (underWay) await this.removeAll();
    if (this.#state.stage !== "none") return;
    this.#set({ draft: { ...this.#state.draft, sealed }, waiting: [], error: undefined });
    await this.add(files);
  }

  /** Takes everything back: the block, what the mail knows, the files. */
  async removeAll(): Promise<void> {
    const { transfer, url, underWay } = this.#state;
    this.#agreement.stop();
    this.#set({ removing: true, error: undefined });
    try {
      await this.#agreement.underWay;
      let leftLink = false;
      // The mail first: a link that leads nowhere is worse than files that nobody knows of, which end by themselves.
      if (url) leftLink = await this.world.block.takeOut(url).catch(() => true);
      const id = transfer?.id ?? this.#id;
      if (id) {
        await forget(this.world.mail, this.world.settings, id);
        await this.world.service.remove(id);
      }
      await underWay?.end("gone");
      this.#unfollow();
      this.#link = undefined;
      this.#agreement.forget();
      this.#block.forget();
      this.#sealed.forget();
      this.#id = undefined;
      const recipients = this.#state.draft.recipients.map(({ email }) => email);
      const { subject } = this.#state.draft;
      const draft = mirrored({ ...this.empty, subject }, recipients);
      this.#set({ ...nothing(draft, this.#state.language), stage: "none", leftLink });
    } catch (error) {
      this.#set({ removing: false, error: error as Error });
    }
  }

  /** Whether a file has arrived, and is on the service what was read here. */
  async arrived(id: string): Promise<boolean> {
    const { transfer, underWay, complete } = this.#state;
    const note = underWay?.notes.get(id);
    if (!transfer || !note?.upload || note.crc === undefined) return false;
    // The service cannot compare what is sealed: it has taken each part by its checksum, and all that opens the file is with it.
    if (underWay?.sealed && !complete) return false;
    const stored = await this.world.service.get(transfer.id);
    const there = stored?.files.find((file) => file.id === note.upload);
    if (!there) return false;
    if (underWay?.sealed) return there.size === uploadLength(note.size);
    return there.size === note.size && there.crc32 === note.crc;
  }

  async #create(): Promise<void> {
    this.#set({ stage: "creating", error: undefined });
    try {
      // What was made already, and could not be told the mail yet, is not made a second time.
      let { transfer } = this.#state;
      if (!transfer) {
        const { bootstrap, world } = this;
        const { draft, waiting } = this.#state;
        if (!draft.sealed && (await world.uploads.mustSeal({ ...draft, files: waiting }, bootstrap)))
          this.#set({ draft: { ...this.#state.draft, sealed: true } });
        // Before anything is made: what cannot be sealed here is not begun.
        if (this.#state.draft.sealed) await world.uploads.trySealing();
        const agreed = await agree(this.#state.draft, bootstrap.policy.protections, (draft) =>
          world.service.create(creation(draft, bootstrap, world.now())),
        );
        transfer = agreed.transfer;
        this.#agreement.took(agreed);
      }
      await this.#begin(transfer);
    } catch (error) {
      this.#set({ stage: "none", error: error as Error });
    }
  }

  async #adopt(transfer: Transfer): Promise<void> {
    if (transfer.state !== "draft") {
      const isThere = transfer.state === "available" || transfer.state === "sealed";
      this.#set({ stage: isThere ? "available" : "over", transfer });
      const link = isThere
        ? await this.world.service.mailLink(transfer.id).catch(() => undefined)
        : undefined;
      const url = link && (await this.#whole(link.url, transfer));
      this.#set({ url });
      if (url) await this.#block.look(url);
      return;
    }
    const draft = draftOf(transfer, this.#state.draft, this.bootstrap);
    const now = this.#state.draft.recipients.map(({ email }) => email);
    this.#agreement.goOnFrom(draft);
    this.#set({ transfer, draft: now.length > 0 ? mirrored(draft, now) : draft });
    await this.#begin(transfer);
    if (now.length > 0) this.#agreement.soon();
  }

  /** The link that the mail is to carry; fails with `StrangeLink` if what opens it may not stand behind it. */
  #urlOf({ url }: MailLink, { sealed }: UnderWay): string {
    if (!sealed) return url;
    const whole = wholeLink(url, sealed.secondPart, this.world.origin);
    if (!whole) throw new StrangeLink();
    return whole;
  }

  /** The link of what was sent, with its second part if it has one; nothing if this browser does not know that. */
  async #whole(url: string, transfer: Transfer): Promise<string | undefined> {
    if (transfer.mode !== "zero_knowledge") return url;
    const second = await this.world.uploads.secondPartOf(transfer);
    return second && wholeLink(url, second, this.world.origin);
  }

  /** A draft is there: its link, its uploads, and what the mail has to know. */
  async #begin(transfer: Transfer): Promise<void> {
    let underWay: UnderWay | undefined;
    try {
      underWay = await this.world.uploads.take(transfer);
    } catch (error) {
      if (!(error instanceof SealedElsewhere)) throw error;
      // What stands in the mail may be whole, which the service knows, and only whoever has sealed it can add to it.
      this.#link = await this.world.service.mailLink(transfer.id);
      const complete = transfer.files.length > 0 && transfer.uploads.length === 0;
      this.#set({ stage: "foreign", transfer, url: this.#link.url, complete });
      await this.#tell();
      return;
    }
    if (!underWay) {
      this.#set({ stage: "elsewhere", transfer });
      return;
    }
    this.#link = await this.world.service.mailLink(transfer.id);
    const { sealed } = underWay;
    const { about } = underWay;
    const { waiting } = this.#state;
    this.#block.recall(about.block);
    this.#set({
      stage: "draft",
      transfer,
      underWay,
      url: this.#urlOf(this.#link, underWay),
      waiting: [],
      password: this.#state.password ?? (sealed && about.made ? sealed.password : about.password),
      // One of his own is asked for here no second time.
      ...(sealed?.password &&
        !about.made && { draft: { ...this.#state.draft, generate: false, password: sealed.password } }),
      language: (about.language as Language | undefined) ?? this.#state.language,
    });
    if (this.#state.password && !sealed) this.#remember({ password: this.#state.password });
    await this.#block.look(this.#urlOf(this.#link, underWay));
    this.#unfollow();
    this.#unfollow = underWay.queue.subscribe(() => this.#moved());
    underWay.queue.add(waiting);
    await this.#tell();
    this.#moved();
  }

  /** Something about the uploads is other than it was. */
  #moved(): void {
    const { underWay, complete } = this.#state;
    if (!underWay) return;
    const all = isWhole(underWay);
    if (all && !complete) void this.#finish();
    if (complete && !(all && this.#sealed.isCurrent())) {
      this.#changed();
      if (all) void this.#finish();
    }
  }

  /** There are other files than before. */
  #changed(): void {
    const { underWay } = this.#state;
    const complete =
      underWay !== undefined && isWhole(underWay) && this.#state.complete && this.#sealed.isCurrent();
    this.#set({ complete });
    void this.#tell();
    void this.#block.renew();
  }

  /** The last byte is in. */
  async #finish(): Promise<void> {
    if (this.#finishing) return;
    this.#finishing = true;
    try {
      const { transfer, underWay } = this.#state;
      if (!transfer || !underWay) return;
      const stored = await this.world.service.get(transfer.id);
      if (!stored) {
        this.#set({ stage: "over" });
        return;
      }
      const doubtful = differing(underWay.notes.all(), stored);
      for (const id of doubtful) underWay.queue.doubt(id);
      if (doubtful.length > 0 || !isWhole(underWay)) return;
      await underWay.removeStrange(stored);
      this.#set({ transfer: stored });
      if (!(await this.#sealed.renew(underWay))) return;
      this.#set({ complete: true, error: undefined });
      await this.#tell();
      if (this.#state.block === "absent") await this.insert();
      else await this.#block.renew();
    } catch (error) {
      this.#set({ error: error as Error });
    } finally {
      this.#finishing = false;
    }
  }

  /** Takes back that all is there, if what was sealed is not what the mail should be sent with. */
  #doubted(): boolean {
    const isDoubtful = this.#state.complete && !this.#sealed.isCurrent();
    if (isDoubtful) this.#set({ complete: false });
    return isDoubtful;
  }

  /** Writes into the mail what it has to know. */
  async #tell(): Promise<void> {
    const { transfer, complete } = this.#state;
    if (!transfer || !this.#link) return;
    const recipients = transfer.recipients.flatMap(({ email }) => email?.toLowerCase() ?? []);
    const { id } = transfer;
    const known = {
      id,
      state: complete ? "complete" : "uploading",
      ticket: this.#link.ticket,
      recipients,
    } as const;
    this.#set({ kept: await keep(this.world.mail, this.world.settings, known) });
  }

  #remember(about: Partial<About>): void {
    const { underWay } = this.#state;
    underWay?.keep({ ...underWay.about, ...about });
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
