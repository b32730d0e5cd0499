import { Problem } from "@sealpost/api-client";
import { crc32 } from "@sealpost/sealed/crc32";
import { type ChosenFile, empty } from "@sealpost/sending/new/draft.ts";
import type { Carries, Events } from "@sealpost/sending/upload/carrier.ts";
import { FileNotes } from "@sealpost/sending/upload/notes.ts";
import { UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { type Bootstrap, formats, translate } from "@sealpost/ui";
import { expect, test } from "vitest";

import en from "../../../../locales/en/pane.json" with { type: "json" };
import enUi from "../../../../locales/en/ui.json" with { type: "json" };
import { BlockKeeper } from "../src/compose/blockKeeper.ts";
import { Sending } from "../src/compose/sending.ts";
import { Taking } from "../src/compose/taking.ts";
import type { About, UnderWay, Uploads } from "../src/compose/uploads.ts";
import { HEADER, SESSION_KEY } from "../src/mail/known.ts";
import type { ChangeTransfer, CreateTransfer, Service, Transfer } from "../src/mail/service.ts";
import { Outlook, type Scene } from "./outlook.ts";

const bootstrap = {
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

const URL = `https://files.st-anna.example/m/${"k".repeat(43)}`;
const NOW = new Date("2026-11-23T02:00:00Z");

/** The service's rules of a mail's transfer, as far as the pane relies on them. */
class Stub implements Service {
  transfer: Transfer | undefined;
  readonly asked: [string, CreateTransfer | ChangeTransfer | undefined][] = [];
  refuse: (body: CreateTransfer | ChangeTransfer) => Problem | undefined = () => undefined;
  linkFails = false;

  create = async (body: CreateTransfer): Promise<Transfer> => {
    this.#asked("create", body);
    this.transfer = {
      id: "0193a5f0-7c1e-7b2a-9d4e-5f6071829304",
      state: "draft",
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
    return { url: URL, ticket: `mt_${"t".repeat(43)}` };
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

/** Uploads that arrive when they are let. */
class Line implements Carries, Uploads {
  readonly notes = new FileNotes();
  readonly events = new Map<string, Events>();
  about: About = { taken: {} };
  ended = false;
  held = false;
  readonly proved: string[] = [];
  #queue: UploadQueue | undefined;

  constructor(private readonly service: Stub) {}

  begin: Carries["begin"] = async (chosen, events) => {
    this.notes.set({ id: chosen.id, path: chosen.path, size: chosen.file.size, lastModified: 0, marks: [] });
    this.events.set(chosen.id, events);
    if (chosen.proved) this.proved.push(chosen.path);
    return { start: () => {}, abort: () => {} };
  };
  drop = async (id: string) => this.notes.delete(id);

  take = async (): Promise<UnderWay | undefined> => {
    if (this.held) return undefined;
    this.#queue ??= new UploadQueue(this);
    const line = this;
    return {
      queue: this.#queue,
      notes: this.notes,
      get about() {
        return line.about;
      },
      keep: (about) => {
        line.about = about;
      },
      removeStrange: async () => {},
      end: async () => {
        line.ended = true;
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
    const file = { id: `file-${path}`, name: path, size: note.size, crc32: crc ?? known };
    const { transfer } = this.service;
    this.service.transfer = { ...transfer, files: [...transfer.files, file as Transfer["files"][number]] };
    this.events.get(note.id)?.onDone();
    await settled();
  }

  fail(path: string, error: Error): void {
    const note = this.notes.all().find((one) => one.path === path);
    this.events.get(note?.id ?? "")?.onFailed(error);
  }
}

const chosen = (path: string): ChosenFile => ({ id: path, path, file: new File(["hello"], path) });
/** Until nothing is to be done any more that waits for nothing else. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((done) => setTimeout(done, 0));
}

async function scene(options: Scene = {}) {
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
      now: () => NOW,
      patience: 0,
    };
    const sending = new Sending(world, bootstrap, empty(bootstrap), "en");
    return { sending, taking: new Taking(mail, sending, () => {}) };
  };
  const { sending, taking } = open();
  await sending.start();
  sending.mirror(["bert@example.org"]);
  sending.retitle("Plans");
  return { outlook, service, line, sending, taking, open };
}

function refusal(code: string, recipients: object[]): Problem {
  return new Problem(403, { code, recipients } as never, undefined, undefined);
}

test("a mail without files has no transfer, and nothing is asked of the service", async () => {
  const { sending, service, outlook } = await scene();
  sending.change({ lifetime: 3600 });
  await settled();
  expect(sending.snapshot().stage).toBe("none");
  expect(service.asked).toEqual([]);
  expect([...outlook.session, ...outlook.headers]).toEqual([]);
});

test("the first file makes the transfer, for whom the mail goes to", async () => {
  const { sending, service, outlook } = await scene();
  await Promise.all([sending.add([chosen("a.txt")]), sending.add([chosen("b.txt")])]);
  await settled();
  expect(service.of("create")).toEqual([
    expect.objectContaining({ recipients: [{ email: "bert@example.org" }], subject: "Plans" }),
  ]);
  const { stage, underWay } = sending.snapshot();
  expect(stage).toBe("draft");
  expect(underWay?.queue.snapshot().files.map(({ path }) => path)).toEqual(["a.txt", "b.txt"]);
  expect(JSON.parse(outlook.session.get(SESSION_KEY) ?? "")).toMatchObject({
    state: "uploading",
    recipients: ["bert@example.org"],
  });
  expect(outlook.headers.get(HEADER)).toBe(service.transfer?.id);
});

test("the block comes with the last byte, and is kept up to date and single", async () => {
  const { sending, line, outlook } = await scene();
  await sending.add([chosen("a.txt")]);
  await settled();
  expect(outlook.body).toBe("|");
  await line.arrive("a.txt");
  expect(sending.snapshot()).toMatchObject({ complete: true, block: "present" });
  expect(JSON.parse(outlook.session.get(SESSION_KEY) ?? "")).toMatchObject({ state: "complete" });
  await sending.add([chosen("b.txt")]);
  await settled();
  expect(sending.snapshot().complete).toBe(false);
  expect(JSON.parse(outlook.session.get(SESSION_KEY) ?? "")).toMatchObject({ state: "uploading" });
  expect(outlook.body).toContain("b.txt");
  expect(outlook.body.match(/<table/g)).toHaveLength(1);
  await line.arrive("b.txt");
  expect(sending.snapshot().complete).toBe(true);
  expect(outlook.body.match(/<table/g)).toHaveLength(1);
});

test("the block can be put in at once, where the cursor is", async () => {
  const { sending, outlook } = await scene({ body: "Dear all, | Yours" });
  await sending.add([chosen("a.txt")]);
  await sending.insert();
  expect(outlook.body).toMatch(/^Dear all, <table[\s\S]*<br> Yours$/);
});

test("a body is not written when the block says the same", async () => {
  const { sending, outlook, open } = await scene();
  await sending.add([chosen("a.txt")]);
  await sending.insert();
  sending.stop();
  const writes = () => outlook.calls.filter((call) => /^body\.(set|insert)/.test(call)).length;
  const before = writes();
  const again = open().sending;
  await again.start();
  again.mirror(["bert@example.org"]);
  await settled();
  expect(again.snapshot()).toMatchObject({ stage: "draft", block: "present" });
  expect(writes()).toBe(before);
});

test("a block that somebody has taken out does not come back by itself", async () => {
  const { sending, outlook, line } = await scene();
  await sending.add([chosen("a.txt")]);
  await sending.insert();
  outlook.body = "mine alone |";
  sending.change({ lifetime: 3600 });
  await settled();
  await line.arrive("a.txt");
  expect(outlook.body).toBe("mine alone |");
  expect(sending.snapshot().block).toBe("lost");
  await sending.insert();
  expect(sending.snapshot().block).toBe("present");
});

test("who comes and goes in the mail comes and goes in the transfer", async () => {
  const { sending, service, outlook } = await scene();
  await sending.add([chosen("a.txt")]);
  sending.mirror(["bert@example.org", "cleo@example.org"]);
  await settled();
  sending.mirror(["cleo@example.org"]);
  await settled();
  expect(service.of("change")).toEqual([
    {
      recipients: [
        { email: "bert@example.org", protection: "none" },
        { email: "cleo@example.org", protection: "none" },
      ],
    },
    { recipients: [{ email: "cleo@example.org", protection: "none" }] },
  ]);
  expect(JSON.parse(outlook.session.get(SESSION_KEY) ?? "").recipients).toEqual(["cleo@example.org"]);
});

test("who was asked for something else, and no longer is, is asked for the same as the others", async () => {
  const { sending, service } = await scene();
  const own = { email: "bert@example.org", phone: "", protection: "email_code" } as const;
  sending.change({ recipients: [own] });
  await sending.add([chosen("a.txt")]);
  sending.change({ recipients: [{ ...own, protection: undefined }] });
  await settled();
  expect(service.of("change")).toEqual([{ recipients: [{ email: own.email, protection: "none" }] }]);
  sending.change({ protection: "email_code" });
  await settled();
  expect(sending.snapshot().transfer?.recipients.map(({ protection }) => protection)).toEqual(["email_code"]);
});

test("one who is refused is told apart, and the others get their files", async () => {
  const { sending, service } = await scene();
  service.refuse = ({ recipients }) =>
    recipients?.some(({ email }) => email === "eve@evil.example")
      ? refusal("recipient_refused", [{ email: "eve@evil.example", reason: "Not there." }])
      : undefined;
  sending.mirror(["bert@example.org", "eve@evil.example"]);
  await sending.add([chosen("a.txt")]);
  await settled();
  const { verdicts, stage, transfer, refusal: left } = sending.snapshot();
  expect(stage).toBe("draft");
  expect([...verdicts.refused]).toEqual([["eve@evil.example", "Not there."]]);
  expect(transfer?.recipients.map(({ email }) => email)).toEqual(["bert@example.org"]);
  expect(left).toBeUndefined();
  sending.mirror(["bert@example.org"]);
  await settled();
  expect(sending.snapshot().verdicts.refused.size).toBe(0);
});

test("what a rule demands of one is asked of him, unless the sender has to say more for it", async () => {
  const { sending, service } = await scene();
  const demand = (protections: string[]) => {
    service.refuse = ({ recipients }) =>
      recipients?.some(({ protection }) => !protection || protection === "none")
        ? refusal("protection_required", [{ email: "bert@example.org", protections }])
        : undefined;
  };
  demand(["sms_code", "email_code"]);
  await sending.add([chosen("a.txt")]);
  await settled();
  expect(sending.snapshot().transfer?.recipients[0]?.protection).toBe("email_code");
  expect([...sending.snapshot().verdicts.demanded]).toEqual([["bert@example.org", "email_code"]]);
  demand(["sms_code"]);
  sending.change({ lifetime: 3600 });
  sending.mirror(["bert@example.org", "cleo@example.org"]);
  await settled();
  expect(sending.snapshot().refusal).toMatchObject({ code: "protection_required" });
});

test("a transfer that could not be made keeps its files waiting, and is made on another try", async () => {
  const { sending, service } = await scene();
  service.refuse = () => new Problem(503, { code: "unavailable" }, undefined, undefined);
  await sending.add([chosen("a.txt")]);
  expect(sending.snapshot()).toMatchObject({ stage: "none", waiting: [{ path: "a.txt" }] });
  service.refuse = () => undefined;
  service.linkFails = true;
  sending.retry();
  await settled();
  expect(sending.snapshot()).toMatchObject({ stage: "none", error: { code: "unavailable" } });
  service.linkFails = false;
  sending.retry();
  await settled();
  expect(sending.snapshot()).toMatchObject({ stage: "draft", waiting: [], error: undefined });
  // The one that was made before its link failed is the one that is used.
  expect(service.of("create")).toHaveLength(2);
});

test("a password that was made up is shown again when the pane is opened anew", async () => {
  const { sending, open } = await scene();
  sending.change({ protection: "password" });
  await sending.add([chosen("a.txt")]);
  await settled();
  expect(sending.snapshot().password).toBe("made-up-word");
  sending.stop();
  const again = open().sending;
  await again.start();
  expect(again.snapshot()).toMatchObject({ password: "made-up-word", draft: { protection: "password" } });
});

test("what has arrived damaged is not ready", async () => {
  const { sending, line, outlook } = await scene();
  await sending.add([chosen("a.txt")]);
  await settled();
  await line.arrive("a.txt", 1);
  expect(sending.snapshot().complete).toBe(false);
  expect(sending.snapshot().underWay?.queue.snapshot().files[0]?.state).toBe("failed");
  expect(outlook.body).toBe("|");
});

test("two panes of one mail do not both work on it", async () => {
  const { sending, line, open } = await scene();
  await sending.add([chosen("a.txt")]);
  await settled();
  line.held = true;
  const other = open().sending;
  await other.start();
  expect(other.snapshot().stage).toBe("elsewhere");
  line.held = false;
  other.retry();
  await settled();
  expect(other.snapshot().stage).toBe("draft");
});

test("a mail whose files are gone says so, and can begin anew", async () => {
  const { sending, service, outlook, open } = await scene();
  await sending.add([chosen("a.txt")]);
  await settled();
  service.transfer = undefined;
  const later = open().sending;
  await later.start();
  expect(later.snapshot().stage).toBe("over");
  await later.removeAll();
  expect(later.snapshot().stage).toBe("none");
  expect([...outlook.session.keys(), ...outlook.headers]).toEqual([]);
  service.refuse = (body) =>
    "protection" in body && body.protection === "email_code"
      ? new Problem(404, { code: "not_found" }, undefined, undefined)
      : undefined;
  await later.add([chosen("b.txt")]);
  later.change({ protection: "email_code" });
  await settled();
  expect(later.snapshot().stage).toBe("over");
});

test("making it available by hand puts the link in, and ends the upload", async () => {
  const { sending, line, outlook, service } = await scene({ set: "1.8" });
  await sending.add([chosen("a.txt")]);
  await settled();
  await sending.release();
  expect(service.of("send")).toHaveLength(0);
  await line.arrive("a.txt");
  await sending.release();
  expect(service.of("send")).toHaveLength(1);
  expect(outlook.body).toContain(URL);
  expect(sending.snapshot().stage).toBe("available");
  expect(line.ended).toBe(true);
});

test("taking everything back leaves nothing: no block, no memory, no files", async () => {
  const { sending, outlook, service, line } = await scene({ body: "Hi | there" });
  await sending.add([chosen("a.txt")]);
  await settled();
  await line.arrive("a.txt");
  await sending.removeAll();
  expect(outlook.body.replace("<br>", "")).toBe("Hi  there");
  expect([...outlook.session, ...outlook.headers, ...outlook.properties]).toEqual([]);
  expect(service.transfer).toBeUndefined();
  expect(line.ended).toBe(true);
  expect(sending.snapshot()).toMatchObject({ stage: "none", transfer: undefined, leftLink: false });
});

const attachment = (id: string, name: string, content: string, size = 5) => ({
  id,
  name,
  size,
  attachmentType: "file",
  isInline: false,
  content,
});
const HELLO = btoa("hello");

test("an attachment leaves the mail when it has arrived and the link is there, and not before", async () => {
  const attachments = [attachment("1", "a.txt", HELLO), attachment("2", "b.txt", HELLO)];
  const { taking, line, outlook, sending } = await scene({ attachments });
  const taken = taking.take(await outlook.mail.attachments());
  await settled();
  // One at a time.
  expect(outlook.calls.filter((call) => call === "content")).toHaveLength(1);
  expect(line.proved).toEqual(["a.txt"]);
  await line.arrive("a.txt");
  expect(sending.snapshot().block).toBe("present");
  await taking.settle();
  await settled();
  expect(outlook.attachments.map(({ name }) => name)).toEqual(["b.txt"]);
  await line.arrive("b.txt");
  await taken;
  await taking.settle();
  expect(outlook.attachments).toEqual([]);
  expect(taking.snapshot().size).toBe(0);
});

test("an attachment without content stays, and its sender is told", async () => {
  const { taking, outlook, service } = await scene({ attachments: [attachment("1", "a.txt", "")] });
  await taking.take(await outlook.mail.attachments());
  expect(taking.snapshot().get("1")).toMatchObject({ state: "failed", error: { name: "EmptyContent" } });
  expect(outlook.attachments).toHaveLength(1);
  expect(service.asked).toEqual([]);
});

test("an attachment that fails to arrive, or arrives as another, stays", async () => {
  const attachments = [attachment("1", "a.txt", HELLO), attachment("2", "b.txt", HELLO)];
  const { taking, line, outlook } = await scene({ attachments });
  const taken = taking.take(await outlook.mail.attachments());
  await settled();
  line.fail("a.txt", new Problem(403, { code: "type_refused" }, undefined, undefined));
  await settled();
  await line.arrive("b.txt", 7);
  await taken;
  await taking.settle();
  expect(outlook.attachments).toHaveLength(2);
});

test("an attachment that Outlook does not let go stays, and its sender is told", async () => {
  const attachments = [attachment("1", "a.txt", HELLO)];
  const { taking, line, outlook } = await scene({ attachments, failing: ["attachments.remove"] });
  const taken = taking.take(await outlook.mail.attachments());
  await settled();
  await line.arrive("a.txt");
  await taken;
  await taking.settle();
  expect(taking.snapshot().get("1")?.state).toBe("left");
  expect(outlook.attachments).toHaveLength(1);
});

test("ids that have changed meanwhile do not matter, unless two could be meant", async () => {
  const attachments = [attachment("1", "a.txt", HELLO)];
  const { taking, line, outlook } = await scene({ attachments });
  const taken = taking.take(await outlook.mail.attachments());
  await settled();
  outlook.attachments = [attachment("9", "a.txt", HELLO)];
  await line.arrive("a.txt");
  await taken;
  await taking.settle();
  expect(outlook.attachments).toEqual([]);
});

test("an attachment whose twin cannot be told from it stays", async () => {
  const { taking, line, outlook } = await scene({ attachments: [attachment("1", "a.txt", HELLO)] });
  const taken = taking.take(await outlook.mail.attachments());
  await settled();
  outlook.attachments = [attachment("8", "a.txt", HELLO), attachment("9", "a.txt", HELLO)];
  await line.arrive("a.txt");
  await taken;
  await taking.settle();
  expect(outlook.attachments).toHaveLength(2);
});

test("a pane that nobody looks at any more asks nothing", async () => {
  const { sending, service } = await scene();
  await sending.add([chosen("a.txt")]);
  sending.change({ lifetime: 3600 });
  sending.stop();
  await settled();
  expect(service.of("change")).toEqual([]);
});
