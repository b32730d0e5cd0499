import { expect, test } from "vitest";

import table from "../../../../crates/domain/tests/rules/sealing.json?raw";
import type { FileKind } from "../src/files/kinds.ts";
import { type SealingRules, sealing } from "../src/sealing.ts";

interface Row {
  readonly setting?: SealingRules["setting"];
  readonly seen?: boolean;
  readonly domains?: readonly string[];
  readonly rules?: SealingRules["rules"];
  readonly kinds?: { readonly require?: readonly FileKind[]; readonly forbid?: readonly FileKind[] };
  readonly recipients: readonly string[];
  readonly files?: readonly (readonly FileKind[])[];
  readonly verdict: string;
  readonly names?: readonly string[];
}

const rows: readonly Row[] = JSON.parse(table);
const rules = (more: Partial<SealingRules> = {}): SealingRules => ({
  setting: "allow",
  seen: false,
  internal: [],
  rules: [],
  ...more,
});
const NO_KINDS = { require: [], forbid: [] };

test("the browser says what the service says", () => {
  expect(rows.length).toBeGreaterThanOrEqual(25);
  for (const row of rows) {
    const told = rules({
      setting: row.setting ?? "allow",
      seen: row.seen ?? false,
      internal: (row.domains ?? []).map((domain) => `@${domain}`),
      rules: row.rules ?? [],
    });
    const files = (row.files ?? []).map((kinds) => ({ name: "a", kinds }));
    const { verdict, sayings, isInDoubt } = sealing(
      told,
      { ...NO_KINDS, ...row.kinds },
      row.recipients,
      files,
    );
    const names = sayings.map(({ about, name, kind }) => name ?? kind ?? about).sort();
    expect([verdict, names, isInDoubt], JSON.stringify(row)).toEqual([row.verdict, row.names ?? [], false]);
  }
});

test("what the browser cannot know is in doubt, and says nothing", () => {
  const doubtful = [
    { name: "group", recipients: ["group:0190a000-0000-7000-8000-000000000001"], zero_knowledge: "require" },
    { name: "rest", zero_knowledge: "forbid" },
  ];
  for (const recipients of [["group:0190a000-0000-7000-8000-000000000001"], ["internal"], ["external"]]) {
    const [first, rest] = doubtful;
    const told = rules({ rules: [{ ...first, name: "first", recipients }, rest ?? { name: "rest" }] });
    const said = sealing(told, NO_KINDS, ["bert@example.org"], []);
    expect(said, recipients.join()).toEqual({ verdict: "free", sayings: [], isInDoubt: true });
  }
});

test("a name that promises what must be sealed is enough, as it is on the service", () => {
  const kinds = { require: ["pdf"], forbid: ["video"] } as const;
  const verdict = (name: string) => sealing(rules(), kinds, [], [{ name }]).verdict;
  expect([verdict("a.pdf"), verdict("a.mp4"), verdict("a.txt")]).toEqual(["required", "free", "free"]);
});
