import { Problem } from "@sealpost/api-client";
import type { TypeRules } from "@sealpost/content/files";
import { formats, translate } from "@sealpost/ui";
import { expect, test } from "vitest";

import shared from "../../../../locales/en/ui.json";
import { refusal } from "../src/new/refusal.ts";
import { isSealed, lockOf } from "../src/new/sealingChoice.ts";
import { FilesRefused } from "../src/sealing/FilesRefused.ts";
import { Rules } from "../src/sealing/fileRules.ts";
import { type Verdict, verdictOf } from "../src/sealing/verdict.ts";
import { bootstrap } from "./bootstrap.ts";

const types = (more: Partial<TypeRules> = {}): TypeRules => ({
  mode: "deny",
  kinds: [],
  extensions: [],
  disguises: "deny",
  mismatch: "allow",
  archives: {
    look_inside: true,
    encrypted: "allow",
    uninspectable: "allow",
    max_entries: 10,
    max_ratio: 100,
    max_unpacked_bytes: 1_000_000,
    max_depth: 3,
  },
  zero_knowledge: { require: [], forbid: [] },
  ...more,
});
const PDF = new File(["%PDF-1.7\n1 0 obj\n"], "plan.pdf");
const PROGRAM = new File(
  [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0), new Uint8Array(100)],
  "plan.txt",
);

test("what a file is, whatever it is called, is stated with the version of the rules by which it was looked at", async () => {
  const rules = new Rules(async () => ({ types: types(), version: 7 }));
  const findings = await rules.look("plan.pdf", PDF);
  expect(await rules.state("plan.pdf", findings)).toEqual({ kinds: ["pdf"], policy_version: 7 });
  const program = await rules.look("plan.txt", PROGRAM);
  expect(await rules.state("plan.txt", program)).toEqual({ kinds: ["executable"], policy_version: 7 });
});

test("a file that rules refuse is told in their words, before anything of it is sealed", async () => {
  const rules = new Rules(async () => ({ types: types({ kinds: ["executable"] }), version: 1 }));
  const failed = await rules.look("plan.txt", PROGRAM).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Problem);
  const t = translate("en", shared);
  const told = refusal(new FilesRefused([failed as Problem]), t, formats("en", t));
  expect(told.files).toContain("plan.txt");
  expect(told.files).toContain("Programs");
  expect(Object.keys(told)).toEqual(["files"]);
});

test("rules that have changed are asked for once more, and what was found is judged by them", async () => {
  let version = 1;
  const rules = new Rules(async () => ({
    types: types({ kinds: version === 3 ? ["pdf"] : [] }),
    version,
  }));
  const findings = await rules.look("plan.pdf", PDF);
  version = 2;
  expect((await rules.state("plan.pdf", findings)).policy_version).toBe(1);
  rules.forget();
  expect((await rules.state("plan.pdf", findings)).policy_version).toBe(2);
  version = 3;
  rules.forget();
  await expect(rules.state("plan.pdf", findings)).rejects.toMatchObject({ code: "type_refused" });
});

test("rules that could not be fetched are asked for again", async () => {
  let tries = 0;
  const rules = new Rules(async () => {
    tries += 1;
    if (tries === 1) throw new TypeError("no connection");
    return { types: types(), version: 1 };
  });
  await expect(rules.look("plan.pdf", PDF)).rejects.toThrow("no connection");
  expect((await rules.look("plan.pdf", PDF)).kinds).toEqual(["pdf"]);
});

test("who must seal, or must not, by a recipient or by what a file is, is known before a draft is made", async () => {
  const policy = {
    zero_knowledge: "allow",
    types: types({ zero_knowledge: { require: ["pdf"], forbid: ["executable"] } }),
    sealing: {
      setting: "allow",
      seen: false,
      internal: [],
      rules: [{ name: "The clinic", recipients: ["*@clinic.example"], zero_knowledge: "require" }],
    },
  } as never;
  const verdict = (emails: readonly string[], files: readonly File[]) =>
    verdictOf(
      {
        recipients: emails.map((email) => ({ email, phone: "" })),
        files: files.map((file, at) => ({ id: `${at}`, file, path: file.name })),
      },
      { ...bootstrap, policy },
    );
  expect((await verdict(["a@x.example"], [])).verdict).toBe("free");
  expect(await verdict(["a@clinic.example"], [])).toEqual({
    verdict: "required",
    rules: [{ says: "require", about: "address", rule: "The clinic" }],
  });
  expect((await verdict(["a@x.example"], [PDF])).rules).toEqual([
    { says: "require", about: "type", kind: "pdf" },
  ]);
  expect((await verdict(["a@x.example"], [PROGRAM])).verdict).toBe("forbidden");
  expect((await verdict(["a@clinic.example"], [PROGRAM])).verdict).toBe("impossible");
});

test("a rule that requires sealing locks the choice, and one that forbids it undoes nobody's choice", () => {
  const policy = (zero_knowledge: string) => ({ ...bootstrap.policy, zero_knowledge });
  const says = (verdict: Verdict["verdict"]): Verdict => ({ verdict, rules: [] });
  expect(isSealed(false, policy("allow"), says("required"))).toBe(true);
  expect(isSealed(false, policy("allow"), says("free"))).toBe(false);
  expect(isSealed(true, policy("allow"), says("forbidden"))).toBe(true);
  expect(lockOf(policy("allow"), says("required"))).toBe("required");
  // A rule about a recipient counts before what is said for everybody.
  expect(lockOf(policy("forbid"), says("required"))).toBe("required");
  expect(lockOf(policy("forbid"))).toBe("forbidden");
  expect(lockOf(policy("require"))).toBe("required");
  expect(lockOf(policy("allow"), says("free"))).toBeUndefined();
});
