import { Problem } from "@sealpost/api-client";
import { expect, test } from "vitest";

import { HEADER, SESSION_KEY } from "../src/mail/known.ts";
import { chosen, refusal, scene, settled, URL } from "./scene.ts";

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
