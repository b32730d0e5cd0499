import { translate } from "@sealpost/ui";
import { expect, test } from "vitest";
import own from "../../../../locales/en/outsiders.json";
import { isTaken } from "../src/request/accept.ts";
import { NOBODY, type Opened, toWhom } from "../src/request/note.ts";
import { asksWhom, recipientsOf, whomFault, whomOf } from "../src/request/whom.ts";

const t = translate("en", own);
const opened = (more: Partial<Opened>): Opened => ({
  kind: "portal",
  branding: { name: "Clinic" },
  title: "Scans",
  asksCode: false,
  maxFiles: 1,
  maxBytes: 1,
  maxFileBytes: 1,
  types: { mode: "deny", extensions: [], without_extension: true },
  choices: [],
  domains: [],
  several: false,
  ...more,
});
const wards = [
  { id: "1", label: "Ward 1" },
  { id: "2", label: "Ward 2" },
];

test("where there is nothing to choose, nothing is asked", () => {
  const said = opened({});
  expect(asksWhom(said)).toBe(false);
  expect(whomFault(said, { chosen: [], typed: "" }, t)).toBeUndefined();
});

test("a single choice is made already, and what was said before is said again", () => {
  expect(whomOf(opened({ choices: wards.slice(0, 1) }), [])).toEqual({ chosen: ["1"], typed: "" });
  const several = opened({ choices: wards, domains: ["a.example"], several: true });
  expect(whomOf(several, [])).toEqual({ chosen: [], typed: "" });
  const said = { chosen: ["2"], typed: "x@a.example, y@a.example" };
  expect(whomOf(several, recipientsOf(said))).toEqual(said);
  expect(toWhom(several, { ...NOBODY, recipients: recipientsOf(said) })).toEqual([
    "Ward 2",
    "x@a.example",
    "y@a.example",
  ]);
});

test("one is needed, not more than may be, and addresses only where they are taken", () => {
  const one = opened({ choices: wards, domains: ["a.example"] });
  const several = { ...one, several: true };
  const many = Array.from({ length: 21 }, (_, number) => `p${number}@a.example`).join(",");
  const rows: [Opened, string[], string, string | undefined][] = [
    [one, [], "", "Say to whom it goes."],
    [one, ["1"], "", undefined],
    [one, ["1"], "x@a.example", "It goes to one recipient only."],
    [one, [], "X@A.Example", undefined],
    [several, ["1", "2"], "x@a.example; y@a.example", undefined],
    [several, [], many, "At most 20 recipients."],
    [several, [], "x@a.example, y@b.example", "Nothing can be sent to this address here: y@b.example"],
    [several, [], "a.example", "Nothing can be sent to this address here: a.example"],
  ];
  for (const [said, chosen, typed, fault] of rows)
    expect(whomFault(said, { chosen, typed }, t), typed).toBe(fault);
});

test("types go by the extension, whatever its letters", () => {
  const only = { mode: "allow", extensions: ["pdf"], without_extension: false } as const;
  const but = { mode: "deny", extensions: ["exe"], without_extension: true } as const;
  const taken = (path: string, { extensions, ...rest }: typeof only | typeof but) =>
    isTaken(path, { ...rest, extensions: [...extensions] });
  for (const path of ["a.pdf", "x.y/A.PDF", "a.exe.pdf"]) expect(taken(path, only), path).toBe(true);
  for (const path of ["a", "a.pdf.exe", ".pdf", "a.", "x.pdf/a"]) expect(taken(path, only), path).toBe(false);
  for (const path of ["a", "a.pdf", ".exe", "x.exe/a"]) expect(taken(path, but), path).toBe(true);
  for (const path of ["a.exe", "a.pdf.EXE"]) expect(taken(path, but), path).toBe(false);
});
