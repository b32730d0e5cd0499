/** A mail in memory with its pane, and a service of the test's own. */
import { Problem } from "@sealpost/api-client";
import { crc32 } from "@sealpost/sealed/crc32";
import { uploadLength } from "@sealpost/sealed/range";
import { type ChosenFile, type Draft, empty } from "@sealpost/sending/new/draft.ts";
import { isSealedAtFirst } from "@sealpost/sending/new/sealingChoice.ts";
import type { Carries, Events } from "@sealpost/sending/upload/carrier.ts";
import { FileNotes } from "@sealpost/sending/upload/notes.ts";
import { UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { type Bootstrap, formats, translate } from "@sealpost/ui";

import en from "../../../../locales/en/pane.json" with { type: "json" };
import enUi from "../../../../locales/en/ui.json" with { type: "json" };
import { BlockKeeper } from "../src/compose/blockKeeper.ts";
import { SealedElsewhere, type SealedHere, type Words } from "../src/compose/sealedHere.ts";
import { Sending } from "../src/compose/sending.ts";
import { Taking } from "../src/compose/taking.ts";
import type { About, UnderWay, Uploads } from "../src/compose/uploads.ts";
import type { ChangeTransfer, CreateTransfer, Service, Transfer } from "../src/mail/service.ts";
import { Outlook, type Scene } from "./outlook.ts";

export const bootstrap = {
  user: { id: "u", email: "anna@example.org" },
  branding: { name: "St. Anna" },
  limits: { max_files: 9, max_file_bytes: 1e9, max_transfer_bytes: 1e9, max_recipients: 9 },
  policy: {
    retention_default_seconds: 86_400,
    retention_max_seconds: 864_000,
    protections: ["none", "email_code", "password", "sms_code"],
    password_min_chars: 8,
    replies: "allow",
    locked: [] as string[],
    content: [],
  },
} as unknown as Bootstrap;

export const URL = `https://files.st-anna.example/m/${"k".repeat(43)}`;
export const NOW = new Date("2026-11-23T02:00:00Z");

/** The service's rules of a mail's transfer, as far as the pane relies on them. */
export class Stub implements Service {
  transfer: Transfer | undefined;
  readonly asked: [string, CreateTransfer | ChangeTransfer | undefined][] = [];
  refuse: (body: CreateTransfer | ChangeTransfer) => Problem | undefined = () => undefined;
  linkFails = false;
  url = URL;

  create = async (body: CreateTransfer): Promise<Transfer> => {
    this.#asked("create", body);
    this.transfer = {
      id: "0193a5f0-7c1e-7b2a-9d4e-5f6071829304",
      state: "draft",
      mode: body.mode ?? "standard",
      created_at: NOW.toISOString(),
      expires_at: body.expires_at ?? NOW.toISOString(),
      protection: body.protection ?? "none",
      allow_reply: true,
      files: [],
      uploads: [],
      recipients: [],
    } as unknown as Transfer;
    return this.#changed(body);
  };
  change = async (_: string, body: ChangeTransfer): Promise<Transfer> => {
    this.#asked("change", body);
    return this.#changed(body);
  };
  mailLink = async () => {
    if (this.linkFails) throw new Problem(503, { code: "unavailable" }, undefined, undefined);
    return { url: this.url, ticket: `mt_${"t".repeat(43)}` };
  };
  get = async () => this.transfer;
  send = async () => {
    this.#asked("send", undefined);
    this.transfer = { ...(this.transfer as Transfer), state: "available" };
    return this.transfer;
  };
  remove = async () => {
    this.#asked("remove", undefined);
    this.transfer = undefined;
  };

  of(name: string) {
    return this.asked.filter(([one]) => one === name).map(([, body]) => body);
  }

  #asked(name: string, body: CreateTransfer | ChangeTransfer | undefined): void {
    this.asked.push([name, body]);
    const problem = body && this.refuse(body);
    if (problem) throw problem;
  }

  #changed(body: CreateTransfer | ChangeTransfer): Transfer {
    const before = this.transfer as Transfer;
    this.transfer = {
      ...before,
      ...(body.subject && { subject: body.subject }),
      ...(body.expires_at && { expires_at: body.expires_at }),
      ...(body.protection && { protection: body.protection }),
      ...(body.recipients && {
        recipients: body.recipients.map(({ email, protection }) => ({
          id: email,
          email,
          protection: protection ?? body.protection ?? before.protection,
          state: "pending" as const,
          downloads: [],
        })),
      }),
    } as Transfer;
    const generated = typeof body.password === "object" && body.password !== null;
    return generated ? { ...this.transfer, generated_password: "made-up-word" } : this.transfer;
  }
}

/** Seals nothing, and says what it was asked to. */
export class Sealer implements SealedHere {
  readonly bound: { readonly words: Words; readonly link: string }[] = [];
  password: string | undefined;
  isKept = true;
  unfit = new Map<string, Error>();
  /** What is to happen while it is sealed. */
  meanwhile: () => void = () => {};
  #drawn = 0;

  get secondPart(): string {
    return String(this.#drawn).repeat(43);
  }
  makeUp = (least: number) => "made-up-here-".repeat(least).slice(0, Math.max(least, 20));
  carrier = () => {
    throw new Error("nobody asks for it here");
  };
  standing = async () => [];
  bind: SealedHere["bind"] = async (_, words) => {
    this.#drawn += 1;
    this.password = words.password;
    this.bound.push({ words, link: this.secondPart });
    this.meanwhile();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setTimeout(done, 0));
    return this.unfit;
  };
  sent = async () => {};
  forget = async () => {};
}

/** Uploads that arrive when they are let. */
export class Line implements Carries, Uploads {
  readonly notes = new FileNotes();
  readonly events = new Map<string, Events>();
  about: About = { taken: {} };
  ended = false;
  held = false;
  readonly proved: string[] = [];
  readonly sealed = new Sealer();
  cannotSeal: Error | undefined;
  isForeign = false;
  #queue: UploadQueue | undefined;

  constructor(private readonly service: Stub) {}

  mustSeal = async (draft: Draft) => this.toBeSealed(draft);
  /** What rules want of it. */
  toBeSealed: (draft: Draft) => boolean = () => false;
  trySealing = async () => {
    if (this.cannotSeal) throw this.cannotSeal;
  };
  secondPartOf = async () => this.sealed.secondPart;

  begin: Carries["begin"] = async (chosen, events) => {
    this.notes.set({ id: chosen.id, path: chosen.path, size: chosen.file.size, lastModified: 0, marks: [] });
    this.events.set(chosen.id, events);
    if (chosen.proved) this.proved.push(chosen.path);
    return { start: () => {}, abort: () => {} };
  };
  drop = async (id: string) => this.notes.delete(id);

  take = async (): Promise<UnderWay | undefined> => {
    if (this.held) return undefined;
    if (this.isForeign) throw new SealedElsewhere();
    const isSealed = this.service.transfer?.mode === "zero_knowledge";
    this.#queue ??= new UploadQueue(this);
    const line = this;
    return {
      queue: this.#queue,
      notes: this.notes,
      sealed: isSealed ? this.sealed : undefined,
      get about() {
        return line.about;
      },
      keep: (about) => {
        line.about = about;
      },
      removeStrange: async () => {},
      end: async () => {
        line.ended = true;
        line.#queue = undefined;
      },
    };
  };

  /** The last byte of a file is in; `crc` is what the service has of it. */
  async arrive(path: string, crc?: number): Promise<void> {
    const note = this.notes.all().find((one) => one.path === path);
    if (!note || !this.service.transfer) throw new Error(`${path} is not on its way`);
    const bytes = new TextEncoder().encode("hello");
    const known = crc32(bytes);
    this.notes.change(note.id, { upload: `file-${path}`, crc: known });
    const { transfer } = this.service;
    const isSealed = transfer.mode === "zero_knowledge";
    const file = {
      id: `file-${path}`,
      name: isSealed ? null : path,
      size: isSealed ? uploadLength(note.size) : note.size,
      crc32: isSealed ? null : (crc ?? known),
    };
    this.service.transfer = { ...transfer, files: [...transfer.files, file as Transfer["files"][number]] };
    this.events.get(note.id)?.onDone();
    await settled();
  }

  fail(path: string, error: Error): void {
    const note = this.notes.all().find((one) => one.path === path);
    this.events.get(note?.id ?? "")?.onFailed(error);
  }
}

export const chosen = (path: string): ChosenFile => ({ id: path, path, file: new File(["hello"], path) });
/** Until nothing is to be done any more that waits for nothing else. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((done) => setTimeout(done, 0));
}

export async function scene(options: Scene = {}, said: "allow" | "prefer" | "require" = "allow") {
  const outlook = new Outlook({ body: "|", ...options });
  const service = new Stub();
  const line = new Line(service);
  const t = translate("en", { ...enUi, ...en });
  const words = async () => ({ t, format: formats("en", t) });
  const mail = outlook.mail;
  const open = () => {
    const world = {
      mail,
      settings: outlook.host.settings,
      service,
      uploads: line,
      block: new BlockKeeper(mail, words),
      origin: "https://files.st-anna.example",
      now: () => NOW,
      patience: 0,
    };
    const policy = { ...bootstrap.policy, zero_knowledge: said };
    const own = { ...bootstrap, policy };
    const draft = { ...empty(own), sealed: isSealedAtFirst(own) };
    const sending = new Sending(world, own, draft, "en");
    return { sending, taking: new Taking(mail, sending, () => {}) };
  };
  const { sending, taking } = open();
  await sending.start();
  sending.mirror(["bert@example.org"]);
  sending.retitle("Plans");
  return { outlook, service, line, sending, taking, open };
}

export function refusal(code: string, recipients: object[]): Problem {
  return new Problem(403, { code, recipients } as never, undefined, undefined);
}
