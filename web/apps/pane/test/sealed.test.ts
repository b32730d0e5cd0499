import { NoSealer } from "@sealpost/sending/sealing/NoSealer.ts";
import { expect, test } from "vitest";

import { StrangeLink } from "../src/compose/sealedHere.ts";
import { SESSION_KEY } from "../src/mail/known.ts";
import { chosen, refusal, scene, settled, URL } from "./scene.ts";

const second = (letter: string) => letter.repeat(43);
const inMail = (body: string) => [...new Set(body.match(/\/m\/k{43}#?\w*/g))];
const standing = (outlook: { session: Map<string, string> }) =>
  JSON.parse(outlook.session.get(SESSION_KEY) ?? "{}").state;

test("what the tenant wants sealed is begun so, and the service is told no subject", async () => {
  const { sending, service } = await scene({}, "prefer");
  await sending.add([chosen("a.txt")]);
  expect(service.of("create")).toEqual([
    expect.objectContaining({ mode: "zero_knowledge", recipients: [{ email: "bert@example.org" }] }),
  ]);
  expect(JSON.stringify(service.asked)).not.toContain("Plans");
});

test("the mail's link has its second part, and the mail names no file", async () => {
  const { sending, line, outlook } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  await settled();
  expect(standing(outlook)).toBe("uploading");
  await line.arrive("a.txt");
  await settled();
  expect(sending.snapshot()).toMatchObject({ complete: true, block: "present" });
  expect(standing(outlook)).toBe("complete");
  expect(inMail(outlook.body)).toEqual([`/m/${"k".repeat(43)}#${second("1")}`]);
  expect(outlook.body).not.toContain("a.txt");
  expect(outlook.body).toContain("sealed for you");
  expect(line.sealed.bound).toEqual([
    { words: { subject: "Plans", password: undefined }, link: second("1") },
  ]);
  expect(outlook.session.get(SESSION_KEY)).not.toContain(second("1"));
});

test("all is there only when it was sealed as it is now", async () => {
  const { sending, line, outlook } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  line.sealed.meanwhile = () => {
    line.sealed.meanwhile = () => {};
    sending.change({ subject: "Other plans" });
    expect(standing(outlook)).toBe("uploading");
  };
  await line.arrive("a.txt");
  await settled();
  expect(line.sealed.bound.map(({ words }) => words.subject)).toEqual(["Plans", "Other plans"]);
  expect(sending.snapshot().complete).toBe(true);
  sending.change({ subject: "New plans" });
  expect(sending.snapshot().complete).toBe(false);
  await settled();
  expect(line.sealed.bound.at(-1)?.words.subject).toBe("New plans");
  expect(sending.snapshot().complete).toBe(true);
  expect(inMail(outlook.body)).toEqual([`/m/${"k".repeat(43)}#${second("3")}`]);
});

test("with another password the link in the mail is another, and only once there", async () => {
  const { sending, service, line, outlook } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  await line.arrive("a.txt");
  sending.change({ protection: "password", generate: true });
  await settled();
  const { password, complete } = sending.snapshot();
  expect(password).toContain("made-up-here");
  expect(complete).toBe(true);
  expect(inMail(outlook.body)).toEqual([`/m/${"k".repeat(43)}#${second("2")}`]);
  sending.change({ generate: false, password: "short" });
  await settled();
  expect(sending.snapshot().complete).toBe(false);
  sending.change({ password: "long enough to count" });
  await settled();
  expect(sending.snapshot().complete).toBe(true);
  expect(inMail(outlook.body)).toEqual([`/m/${"k".repeat(43)}#${second("3")}`]);
  const told = JSON.stringify(service.asked) + outlook.body + [...outlook.session.values()].join();
  expect(told).not.toContain("long enough");
  expect(told).not.toContain("made-up-here");
});

test("a pane that is opened again seals what the mail is called", async () => {
  const { sending, line, open } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  sending.stop();
  const { sending: again } = open();
  again.retitle("Plans");
  again.mirror(["bert@example.org"]);
  await again.start();
  await line.arrive("a.txt");
  await settled();
  expect(line.sealed.bound.at(-1)?.words.subject).toBe("Plans");
});

test("what was taken out after it was sealed opens with no link that is in the mail", async () => {
  const { sending, line, outlook } = await scene({}, "require");
  await sending.add([chosen("a.txt"), chosen("b.txt")]);
  await line.arrive("a.txt");
  await line.arrive("b.txt");
  await settled();
  const { queue } = sending.snapshot().underWay ?? {};
  queue?.remove("b.txt");
  await settled();
  expect(line.sealed.bound).toHaveLength(2);
  expect(inMail(outlook.body)).toEqual([`/m/${"k".repeat(43)}#${second("2")}`]);
  await sending.add([chosen("c.txt")]);
  await line.arrive("c.txt");
  await settled();
  expect(sending.snapshot().complete).toBe(true);
  expect(inMail(outlook.body)).toEqual([`/m/${"k".repeat(43)}#${second("3")}`]);
});

test("a link that was moved out of its block, and became another, is missed", async () => {
  const { sending, line, outlook } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  await line.arrive("a.txt");
  await settled();
  outlook.body = `see ${URL}#${second("1")} |`;
  sending.change({ protection: "password", generate: true });
  await settled();
  expect(sending.snapshot().block).toBe("lost");
});

test("a file of which nobody knows any more how it was sealed is not sent", async () => {
  const { sending, line, outlook } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  line.sealed.unfit.set("a.txt", new Error("nobody knows"));
  await line.arrive("a.txt");
  await settled();
  expect(sending.snapshot().complete).toBe(false);
  expect(sending.snapshot().underWay?.queue.snapshot().files[0]?.state).toBe("failed");
  expect(inMail(outlook.body)).toEqual([]);
});

test("where nothing can be sealed nothing is begun, and a person may let the service seal", async () => {
  const { sending, line, service } = await scene({}, "prefer");
  line.cannotSeal = new NoSealer();
  await sending.add([chosen("a.txt")]);
  expect(service.asked).toEqual([]);
  expect(sending.snapshot()).toMatchObject({ stage: "none", error: line.cannotSeal });
  await sending.restart(false);
  expect(service.of("create")).toHaveLength(1);
  expect(service.of("create")[0]).not.toHaveProperty("mode");
  expect(
    sending
      .snapshot()
      .underWay?.queue.snapshot()
      .files.map(({ path }) => path),
  ).toEqual(["a.txt"]);
});

test("what a rule wants sealed otherwise is begun anew with the same files", async () => {
  const { sending, service } = await scene({}, "allow");
  await sending.add([chosen("a.txt")]);
  service.refuse = ({ recipients }) =>
    recipients?.some(({ email }) => email === "dora@secret.example") && service.transfer?.mode === "standard"
      ? refusal("mode_refused", [])
      : undefined;
  sending.mirror(["dora@secret.example"]);
  await settled();
  expect(sending.snapshot().refusal).toMatchObject({ code: "mode_refused" });
  service.refuse = () => undefined;
  await sending.restart(true);
  await settled();
  expect(service.of("create").at(-1)).toMatchObject({ mode: "zero_knowledge" });
  const { stage, underWay, refusal: left } = sending.snapshot();
  expect([stage, left]).toEqual(["draft", undefined]);
  expect(underWay?.queue.snapshot().files.map(({ path }) => path)).toEqual(["a.txt"]);
});

test("what a rule wants sealed is sealed though nobody has chosen that", async () => {
  const { sending, line, service } = await scene({}, "allow");
  line.toBeSealed = ({ files }) => files.some(({ path }) => path === "plan.pdf");
  await sending.add([chosen("plan.pdf")]);
  expect(service.of("create")).toEqual([expect.objectContaining({ mode: "zero_knowledge" })]);
  expect(sending.snapshot().draft.sealed).toBe(true);
});

test("what was sealed elsewhere is left as it is, and can be removed", async () => {
  const { sending, line, outlook, service, open } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  await line.arrive("a.txt");
  await settled();
  sending.stop();
  line.isForeign = true;
  const [before, known] = [outlook.body, outlook.session.get(SESSION_KEY)];
  const { sending: again } = open();
  await again.start();
  again.mirror(["cleo@example.org"]);
  again.retitle("Something else");
  await settled();
  expect(again.snapshot().stage).toBe("foreign");
  expect([outlook.body, outlook.session.get(SESSION_KEY)]).toEqual([before, known]);
  expect(service.of("change")).toEqual([]);
  await again.removeAll();
  expect(again.snapshot().stage).toBe("none");
  expect(outlook.body).not.toContain("/m/");
});

test("of what was sent the link is known whole, or not at all", async () => {
  const { sending, line, service, open } = await scene({}, "require");
  await sending.add([chosen("a.txt")]);
  await line.arrive("a.txt");
  await settled();
  await service.send();
  const { sending: again } = open();
  await again.start();
  expect(again.snapshot()).toMatchObject({ stage: "available", url: `${URL}#${second("1")}` });
  line.secondPartOf = async () => undefined as never;
  const { sending: other } = open();
  await other.start();
  expect(other.snapshot()).toMatchObject({ stage: "available", url: undefined });
});

test("an attachment that is sealed leaves the mail when all that opens it is with the service", async () => {
  const attachments = [
    {
      id: "1",
      name: "a.txt",
      size: 5,
      isInline: false,
      attachmentType: "file",
      content: btoa("hello"),
    },
  ] as never;
  const { taking, line, outlook, sending } = await scene({ attachments }, "require");
  const taken = taking.take(await outlook.mail.attachments());
  await settled();
  let stood: boolean | undefined;
  line.sealed.meanwhile = () => {
    stood = outlook.attachments.length === 1;
  };
  await line.arrive("a.txt");
  await taken;
  await settled();
  await taking.settle();
  expect(stood).toBe(true);
  expect(line.proved).toEqual(["a.txt"]);
  expect(sending.snapshot().complete).toBe(true);
  expect(outlook.attachments).toEqual([]);
});

test("what opens the files is put behind no link that leads elsewhere", async () => {
  const { sending, service, outlook } = await scene({}, "require");
  service.url = URL.replace("files.st-anna.example", "files.evil.example");
  await sending.add([chosen("a.txt")]);
  await settled();
  expect(sending.snapshot().error).toBeInstanceOf(StrangeLink);
  expect(sending.snapshot().underWay).toBeUndefined();
  expect(outlook.body).not.toContain("/m/");
});
