import { expect, test } from "vitest";

import type { ChosenFile } from "../src/new/draft.ts";
import { begun, differing, match, strange } from "../src/upload/again.ts";
import { type FileNote, FileNotes } from "../src/upload/notes.ts";
import type { FileProgress } from "../src/upload/queue.ts";

const note = (id: string, more: Partial<FileNote> = {}): FileNote => ({
  id,
  path: `Scans/${id}.bin`,
  size: 100,
  lastModified: 7,
  upload: `up-${id}`,
  marks: [],
  ...more,
});
const stored = {
  files: [{ id: "up-a", size: 100, crc32: 5 }],
  uploads: [{ id: "up-b", received: 40 }],
};
const missing = (path: string, size = 100): FileProgress => ({
  id: path,
  path,
  size,
  state: "missing",
  sent: 1,
});
const chosen = (path: string, size = 100): ChosenFile => ({
  id: `new ${path}`,
  path,
  file: new File(["x".repeat(size)], path.slice(path.lastIndexOf("/") + 1)),
});

test("what has arrived is done, what has begun goes on where it stands, the rest from its first byte", () => {
  const files = begun([note("a"), note("b"), note("c", { upload: undefined })], stored);
  expect(files.map(({ id, state, sent }) => [id, state, sent])).toEqual([
    ["a", "done", 100],
    ["b", "missing", 40],
    ["c", "missing", 0],
  ]);
});

test("what nobody here knows of is left out", () => {
  expect(strange(new Set(["up-b"]), stored)).toEqual(["up-a"]);
});

test("a file whose content on the service is another than was read here is told", () => {
  expect(differing([note("a", { crc: 5 })], stored)).toEqual([]);
  expect(differing([note("a", { crc: 6 })], stored)).toEqual(["a"]);
  expect(differing([note("a")], stored)).toEqual([]);
});

test("files that are chosen again are known by folder, name and length", () => {
  const { same, other, fresh } = match(
    [missing("x/a.bin"), missing("y/a.bin"), missing("b.bin")],
    [chosen("y/a.bin"), chosen("b.bin", 99), chosen("c.bin")],
  );
  expect(same.map(({ id }) => id)).toEqual(["y/a.bin"]);
  expect(other.map(({ id }) => id)).toEqual(["b.bin"]);
  expect(fresh.map(({ path }) => path)).toEqual(["c.bin"]);
});

test("a name without its folder is enough if it can be no other file", () => {
  expect(match([missing("x/a.bin")], [chosen("a.bin")]).same).toHaveLength(1);
  expect(match([missing("x/a.bin"), missing("y/a.bin", 5)], [chosen("a.bin", 5)]).same[0]?.id).toBe(
    "y/a.bin",
  );
  expect(match([missing("x/a.bin"), missing("y/a.bin", 5)], [chosen("a.bin", 9)]).fresh).toHaveLength(1);
});

test("one file takes the place of one", () => {
  const { same, fresh } = match([missing("a.bin")], [chosen("a.bin"), chosen("a.bin")]);
  expect([same.length, fresh.length]).toEqual([1, 1]);
});

test("notes are kept as they change, and forgotten", () => {
  const kept = new Map<string, FileNote>();
  const notes = new FileNotes([note("a")], {
    keep: (one) => kept.set(one.id, one),
    forget: (id) => kept.delete(id),
  });
  notes.change("a", { crc: 9 });
  notes.change("b", { crc: 9 });
  expect([...kept.values()]).toEqual([note("a", { crc: 9 })]);
  notes.delete("a");
  notes.change("a", { crc: 1 });
  expect([kept.size, notes.all()]).toEqual([0, []]);
});
