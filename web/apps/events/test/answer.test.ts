import { describe, expect, test } from "vitest";
import { ALLOWED, answer, bar } from "../src/decide/answer.ts";
import type { Decision } from "../src/decide/decide.ts";
import type { Finding } from "../src/decide/finding.ts";
import type { Level, SendMode } from "../src/policy.ts";
import { shown } from "../src/words/shown.ts";
import { wordsOf } from "../src/words/words.ts";

const words = wordsOf("en-GB");
const finding = (
  level: Level,
  text: Finding["text"] = "Mind this.",
  reason: Finding["reason"] = "content",
): Finding => ({
  reason,
  level,
  text,
});
const decision = (...findings: Finding[]): Decision => ({ findings });

describe("whether a mail is held, by level, send mode and host", () => {
  const HELD = true;
  test.each<[Level, SendMode, boolean, boolean, string | undefined]>([
    ["notify", "prompt_user", true, false, undefined],
    ["notify", "soft_block", true, false, undefined],
    ["notify", "block", false, false, undefined],
    ["ask", "prompt_user", true, HELD, undefined],
    ["ask", "prompt_user", false, HELD, undefined],
    ["ask", "soft_block", true, HELD, "promptUser"],
    ["ask", "block", true, HELD, "promptUser"],
    // A host that cannot be told to ask would block: then it goes out.
    ["ask", "soft_block", false, false, undefined],
    ["ask", "block", false, false, undefined],
    ["enforce", "prompt_user", true, HELD, undefined],
    ["enforce", "soft_block", true, HELD, undefined],
    ["enforce", "soft_block", false, HELD, undefined],
    ["enforce", "block", false, HELD, undefined],
  ])("%s, %s, buttons: %s", (level, mode, buttons, held, override) => {
    const completed = answer(decision(finding(level)), mode, buttons, words);
    expect(completed.allowEvent).toBe(!held);
    expect(completed.sendModeOverride).toBe(override);
    if (!held) expect(completed).toEqual(ALLOWED);
  });
});

test("one that is enforced keeps what is only asked about from relaxing it", () => {
  const both = decision(finding("enforce"), finding("ask", "And this."));
  expect(answer(both, "soft_block", true, words)).not.toHaveProperty("sendModeOverride");
});

test("with buttons the pane opens and hears why; without, the words say where it is", () => {
  const one = { findings: [finding("ask", "Mind this.", "types")], protection: "email_code" };
  expect(answer(one, "prompt_user", true, words)).toEqual({
    allowEvent: false,
    errorMessage: "Mind this.",
    cancelLabel: "Send securely",
    commandId: "SealpostPane",
    contextData: '{"format":1,"view":"take_over","reasons":["types"],"protection":"email_code"}',
  });
  expect(answer(one, "prompt_user", false, words)).toEqual({
    allowEvent: false,
    errorMessage: "Mind this.\nTo send it securely, choose “Send securely” in the ribbon.",
  });
});

test("an upload that runs opens the pane on it", () => {
  const running = decision(finding("ask", { key: "upload.running" }, "upload"));
  const completed = answer(running, "prompt_user", true, words);
  expect(completed.cancelLabel).toBe("Open Sealpost");
  expect(JSON.parse(completed.contextData ?? "")).toEqual({
    format: 1,
    view: "transfer",
    reasons: ["upload"],
  });
});

test.each(["en", "de-AT", "nl", "fr", undefined])(
  "texts in %s are as long as Outlook takes, however much is said",
  (language) => {
    const own = wordsOf(language);
    const name = shown("Ä".repeat(300));
    const worst: Finding[] = [
      finding("enforce", { key: "upload.running" }, "upload"),
      finding("enforce", { key: "attachments.over", values: { bytes: 999.94e12, limit: 1 } }, "attachments"),
      ...Array.from({ length: 1000 }, (_, at) =>
        finding(
          "enforce",
          { key: "recipient.denied", values: { address: `${at}${name}`, reason: "r".repeat(256) } },
          "recipients",
        ),
      ),
      finding("enforce", { key: "type.denied", values: { name } }, "types"),
      finding("enforce", "ü".repeat(3000)),
    ];
    for (let from = 0; from < worst.length; from += 250) {
      for (const buttons of [true, false]) {
        const completed = answer(decision(...worst.slice(from)), "soft_block", buttons, own);
        expect(completed.errorMessage?.length).toBeLessThanOrEqual(500);
        expect(completed.errorMessage?.length).toBeGreaterThan(100);
        expect(completed.errorMessage).not.toMatch(/\{\{|undefined/);
        if (buttons) expect(completed.cancelLabel?.length).toBeLessThanOrEqual(20);
      }
      const shownBar = bar(decision(...worst.slice(from)), own);
      if (shownBar !== undefined) {
        expect(shownBar.message.length).toBeLessThanOrEqual(150);
        expect(shownBar.actionText.length).toBeLessThanOrEqual(30);
      }
    }
    const long = answer(decision(finding("enforce", "😀".repeat(400))), "soft_block", false, own);
    expect(long.errorMessage?.length).toBeLessThanOrEqual(500);
    expect(long.errorMessage).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  },
);

test("what does not fit is counted, and what is said twice is said once", () => {
  const many = Array.from({ length: 40 }, (_, at) => finding("ask", `Reason number ${at} is this.`));
  const message = answer(decision(...many, ...many), "prompt_user", true, words).errorMessage ?? "";
  const lines = message.split("\n");
  const last = Number(/There are (\d+) more reasons/.exec(message)?.[1]);
  expect(lines.length - 1 + last).toBe(40);
});

test("a name cannot turn the words around it", () => {
  expect(shown("gpj.\u202eexe\n\u0000x")).toBe("gpj.exex");
});

describe("the bar", () => {
  test("says the strongest that can be known while the mail is written", () => {
    const all = decision(
      finding("ask", { key: "upload.running" }, "upload"),
      finding("notify", "Too big.", "attachments"),
      finding("ask", "Words."),
    );
    expect(bar(all, words)?.message).toBe("Too big.");
    expect(bar(decision(finding("enforce", "Words.")), words)).toBeUndefined();
    expect(bar(decision(), words)).toBeUndefined();
  });
});

test.each([
  ["en", "21.5\u00a0MB", "20.0\u00a0MB"],
  ["de", "21,5\u00a0MB", "20,0\u00a0MB"],
  ["nl", "21,5\u00a0MB", "20,0\u00a0MB"],
])("sizes in %s are written as everywhere", (language, bytes, limit) => {
  const text = wordsOf(language)("attachments.over", { bytes: 21_500_000, limit: 20_000_000 });
  expect(text).toContain(bytes);
  expect(text).toContain(limit);
});
