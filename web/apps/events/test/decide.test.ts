import { isAbout } from "@sealpost/content";
import { describe, expect, test } from "vitest";
import { decide } from "../src/decide/decide.ts";
import type { Mail } from "../src/mail.ts";
import type { EventPolicy } from "../src/policy.ts";
import { file, ID, mailOf, policyOf } from "./samples.ts";

const MB = 1_000_000;
const CARD = "4111 1111 1111 1111";
const found = (policy: Partial<EventPolicy>, mail: Partial<Mail>) =>
  decide(policyOf(policy), mailOf(mail), () => true).findings.map(({ reason, level, text }) => [
    reason,
    level,
    typeof text === "string" ? text : text.key,
  ]);

const attachments = { more_than_bytes: 20 * MB, level: "ask" } as const;
const OVER = [["attachments", "ask", "attachments.over"]];

describe("attachments", () => {
  test.each([
    ["none", [], []],
    ["as many bytes as are allowed", [file("a", 20 * MB)], []],
    ["one byte more", [file("a", 20 * MB + 1)], OVER],
    ["together more", [file("a", 15 * MB), file("b", 6 * MB)], OVER],
    ["pictures in the text do not count", [file("a", 30 * MB, { inline: true })], []],
    ["other mails count", [file("a", 30 * MB, { kind: "item" })], OVER],
    ["a size that nobody says is none", [file("a", 0), file("b", 0)], []],
  ])("%s", (_, list, expected) => {
    expect(found({ attachments }, { attachments: list })).toEqual(expected);
  });

  test("without a threshold they are not looked at", () => {
    expect(found({}, { attachments: [file("a", 900 * MB)] })).toEqual([]);
  });
});

describe("types by name", () => {
  const deny = { mode: "deny", extensions: ["exe", "js"], level: "enforce" } as const;
  test.each([
    ["report.pdf", false],
    ["setup.exe", true],
    ["SETUP.EXE", true],
    ["invoice.pdf.exe", true],
    ["invoice.exe.pdf", false],
    ["setup.exe . ", true],
    ["setup.exe\u00a0", true],
    ["gpj.\u202eexe", true],
    ["setup.e\u200bxe", true],
    ["exe", false],
    [".js", true],
    ["", false],
  ])("%j", (name, refused) => {
    expect(found({ types: deny }, { attachments: [file(name)] }).length === 1).toBe(refused);
    const allow = { ...deny, mode: "allow" } as const;
    expect(found({ types: allow }, { attachments: [file(name)] }).length === 0).toBe(refused);
  });

  test("other mails and pictures in the text have no type to look at", () => {
    const list = [file("a.exe", 1, { kind: "item" }), file("b.exe", 1, { inline: true })];
    expect(found({ types: deny }, { attachments: list })).toEqual([]);
  });
});

describe("patterns of addresses", () => {
  test.each<[string, string, boolean | undefined]>([
    ["any", "x@y.example", true],
    ["*", "x@y.example", true],
    ["internal", "x@y.example", false],
    ["external", "x@y.example", true],
    ["group:0190a000-0000-7000-8000-000000000001", "x@y.example", undefined],
    ["anna@example.org", "anna@example.org", true],
    ["Anna@Example.org", "anna@example.org", true],
    ["anna@example.org", "anna+bills@example.org", true],
    ["anna+bills@example.org", "anna@example.org", false],
    ["anna+bills@example.org", "anna+bills@example.org", true],
    ["+x@example.org", "+x@example.org", true],
    ["@example.org", "+x@example.org", true],
    ["example.org", "x@example.org", true],
    ["example.org", "x@mail.example.org", true],
    ["example.org", "x@badexample.org", false],
    ["@example.org", "x@mail.example.org", false],
    ["@example.org", "x@example.org", true],
    ["*@press.example.org", "x@press.example.org", true],
    ["info@*.example.org", "info@a.b.example.org", true],
    ["info@*.example.org", "info@example.org", false],
    ["a*b@example.*", "ab@example.com", true],
    ["a*b@example.*", "axxb@example.com", true],
    ["a*b@example.*", "axxbc@example.com", false],
    ["*a*a*a*a*a*a*a*b@example.org", `${"a".repeat(64)}@example.org`, false],
  ])("%s and %s", (pattern, address, expected) => {
    expect(isAbout(pattern, address, false)).toBe(expected);
  });
});

describe("rules about addresses", () => {
  const rules = (...list: NonNullable<EventPolicy["recipients"]>["rules"]) => ({
    recipients: { level: "enforce", internal: ["@st-anna.example"], rules: list } as const,
  });
  const DENY = { recipients: ["rival.example"], effect: { deny: "No." } } as const;
  const PROTECT = { effect: { require: ["email_code"] } } as const;
  const DENIED = ["recipients", "enforce", "recipient.denied"];
  const PROTECTED = ["recipients", "enforce", "recipient.protected"];
  const attached = [file("a.pdf")];
  test.each<[string, NonNullable<EventPolicy["recipients"]>["rules"], Partial<Mail>, string[][]]>([
    ["no rule", [], {}, []],
    ["a denied recipient", [DENY], { recipients: ["x@rival.example", "y@example.org"] }, [DENIED]],
    [
      "each who is refused is named",
      [DENY],
      { recipients: ["x@rival.example", "y@rival.example"] },
      [DENIED, DENIED],
    ],
    ["one who needs a protection", [PROTECT], {}, [PROTECTED]],
    ["one who may come by the link alone", [{ effect: { require: ["none", "email_code"] } }], {}, []],
    [
      "the first rule decides",
      [{ recipients: ["internal"], effect: "allow" }, PROTECT],
      { recipients: ["x@st-anna.example"] },
      [],
    ],
    ["a rule for other senders", [{ ...PROTECT, senders: ["@other.example"] }], {}, []],
    ["a rule for this sender", [{ ...PROTECT, senders: ["internal"] }], {}, [PROTECTED]],
    [
      "a group that nobody knows here is in doubt",
      [{ senders: ["group:x"], effect: "allow" }, PROTECT],
      {},
      [],
    ],
    ["a group beside what is known", [{ ...PROTECT, senders: ["group:x", "internal"] }], {}, [PROTECTED]],
    [
      "a group of a rule about others",
      [{ senders: ["group:x"], recipients: ["z.example"], effect: "allow" }, PROTECT],
      {},
      [PROTECTED],
    ],
    ["nobody knows who sends", [{ ...PROTECT, senders: ["internal"] }], { from: "" }, []],
    [
      "no files: not their business",
      [DENY, PROTECT],
      { attachments: [], recipients: ["x@rival.example"] },
      [],
    ],
    [
      "what goes by Sealpost is protected, and refused all the same",
      [DENY, PROTECT],
      {
        attachments: [],
        transfer: { id: ID, state: "sent" },
        recipients: ["x@rival.example", "y@example.org"],
      },
      [DENIED],
    ],
  ])("%s", (_, list, mail, expected) => {
    expect(found(rules(...list), { attachments: attached, ...mail })).toEqual(expected);
  });
});

describe("what is written", () => {
  const rule = (level: "notify" | "automatic" | "mandatory", find: object) =>
    ({ name: "r", level, find, text: "Mind the rule.", protections: ["email_code"] }) as never;
  const asked = ["content", "ask", "Mind the rule."];
  const enforced = ["content", "enforce", "Mind the rule."];
  test.each<[string, unknown[], Partial<Mail>, string[][]]>([
    ["words in the subject", [rule("notify", { words: ["geheim*"] })], { subject: "Geheimnis" }, [asked]],
    [
      "a card's number in the text",
      [rule("automatic", { number: "payment_card" })],
      { message: `no. ${CARD}.` },
      [asked],
    ],
    [
      "a number that is none",
      [rule("automatic", { number: "payment_card" })],
      { message: "4111 1111 1111 1112" },
      [],
    ],
    [
      "an account's number",
      [rule("mandatory", { number: "iban" })],
      { message: "DE89 3704 0044 0532 0130 00" },
      [enforced],
    ],
    [
      "a name of a file",
      [rule("mandatory", { words: ["diagnosis"] })],
      { attachments: [file("diagnosis_1.pdf")] },
      [enforced],
    ],
    [
      "a picture in the text has no name",
      [rule("mandatory", { words: ["x"] })],
      { attachments: [file("x.png", 1, { inline: true })] },
      [],
    ],
    [
      "files larger than",
      [rule("notify", { files_larger_than: 10 })],
      { attachments: [file("a", 11)] },
      [asked],
    ],
    [
      "the strongest first",
      [rule("notify", { words: ["a"] }), rule("mandatory", { words: ["b"] })],
      { subject: "a b" },
      [enforced, asked],
    ],
    ["a shape", [rule("notify", { shape: "PAT-######" })], { message: "(PAT-123456)" }, [asked]],
    [
      "what is far behind is not looked at",
      [rule("notify", { words: ["x"] })],
      { message: `${" ".repeat(100_000)}x` },
      [],
    ],
  ])("%s", (_, content, mail, expected) => {
    expect(found({ content: content as never }, mail)).toEqual(expected);
  });

  test("says what recipients should be asked for", () => {
    const policy = policyOf({ content: [rule("automatic", { words: ["x"] })] });
    expect(decide(policy, mailOf({ subject: "x" }), () => true).protection).toBe("email_code");
    expect(decide(policy, mailOf({ subject: "y" }), () => true).protection).toBeUndefined();
  });

  test("when the time is over, the rest is not looked for", () => {
    const words = ["a", "b", "c"].map((word) => rule("notify", { words: [word] }));
    let asks = 0;
    const goesOn = () => {
      asks += 1;
      return asks <= 2;
    };
    const policy = policyOf({ content: words });
    expect(decide(policy, mailOf({ subject: "a b c" }), goesOn).findings).toHaveLength(2);
  });
});

describe("an upload of this mail", () => {
  test.each([
    ["uploading", undefined, [["upload", "ask", "upload.running"]]],
    ["uploading", "enforce", [["upload", "enforce", "upload.running"]]],
    ["complete", undefined, [["upload", "ask", "upload.waiting"]]],
    ["gone", "enforce", [["upload", "enforce", "upload.gone"]]],
    ["sent", "enforce", []],
    ["unknown", "enforce", []],
  ] as const)("that is %s, with %s", (state, uploads, expected) => {
    expect(found(uploads === undefined ? {} : { uploads }, { transfer: { id: ID, state } })).toEqual(
      expected,
    );
  });
});

test("who may not have its files is named, by what the rules say to him", () => {
  const refused = [{ address: "x@rival.example", reason: "Not to rivals." }];
  const transfer = { id: ID, state: "refused" as const, refused };
  expect(found({}, { transfer })).toEqual([["access", "ask", "recipient.denied"]]);
  const level = { level: "enforce" as const, internal: [], rules: [] };
  const unsaid = { ...transfer, refused: [{ address: "x@rival.example", reason: "" }] };
  expect(found({ recipients: level }, { transfer: unsaid })).toEqual([
    ["access", "enforce", "access.refused"],
  ]);
});

describe("whom the mail goes to and who can fetch its files are compared", () => {
  const of = (...recipients: string[]) => ({ id: ID, state: "sent" as const, recipients });
  test.each<[string, Partial<Mail>, unknown[]]>([
    ["the same", { transfer: of("bert@example.org") }, []],
    ["one more", { transfer: of() }, [["access", "notify", "access.added"]]],
    [
      "three more, one less",
      { transfer: of("carla@example.org"), recipients: ["a@x.example", "b@x.example", "c@x.example"] },
      [
        ["access", "notify", "access.added.more"],
        ["access", "notify", "access.removed"],
      ],
    ],
    ["nobody is in the mail yet", { transfer: of("carla@example.org"), recipients: [] }, []],
    ["a field could not be read", { transfer: of("carla@example.org"), knowsRecipients: false }, []],
    ["nobody knows who can", { transfer: { id: ID, state: "sent" } }, []],
  ])("%s", (_, mail, expected) => {
    expect(found({}, mail)).toEqual(expected);
  });
});

test("what is not active finds nothing at all", () => {
  const policy = policyOf({ active: false, attachments: { more_than_bytes: 0, level: "enforce" } });
  const mail = mailOf({ attachments: [file("a", 9)], transfer: { id: ID, state: "uploading" } });
  expect(decide(policy, mail, () => true).findings).toEqual([]);
});
