import { formats, translate } from "@sealpost/ui";
import { expect, test } from "vitest";
import own from "../../../../locales/en/senders.json";
import shared from "../../../../locales/en/ui.json";
import { count } from "../src/new/NumberField.tsx";
import { letter } from "../src/requests/letter.ts";
import { stand } from "../src/requests/stand.ts";
import { asCreation, emptyWish, sizes, wishFaults } from "../src/requests/wish.ts";
import { place } from "../src/shell/address.ts";
import { mailto } from "../src/shell/mailto.ts";
import { bootstrap } from "./bootstrap.ts";

const t = translate("en", { ...shared, ...own });
const format = formats("en", t);
const request = {
  id: "0190a000-0000-7000-8000-000000000000",
  user_id: "0190a000-0000-7000-8000-000000000001",
  title: "X-rays & more",
  asks_code: false,
  max_uses: 1,
  uses: 0,
  mode: "standard" as const,
  open: true,
  created_at: "2026-11-22T12:00:00Z",
  expires_at: "2026-12-06T12:00:00Z",
};

test("a whole number is read as people type it, and nothing else is", () => {
  expect(count("", 10)).toBeUndefined();
  expect(count(" 7 ", 10)).toBe(7);
  for (const wrong of ["0", "11", "-1", "1.5", "1e1", "ten", "0x1", "9".repeat(30)])
    expect(count(wrong, 10), wrong).toBeNaN();
});

test("what is missing or wrong of a request is said by its field", () => {
  const wish = { ...emptyWish(bootstrap), email: "anna", uses: "", files: "0", message: "ä".repeat(8193) };
  const found = wishFaults(wish, bootstrap, t, format);
  expect(Object.keys(found).sort()).toEqual(["email", "files", "message", "title", "uses"]);
  const fine = { ...emptyWish(bootstrap), title: "X-rays", email: " anna@example.org " };
  expect(wishFaults(fine, bootstrap, t, format)).toEqual({});
});

test("what nobody has said is left to the service, and so is what the tenant has locked", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  const wish = { ...emptyWish(bootstrap), title: " X-rays ", lifetime: 3600 };
  const said = { title: "X-rays", asks_code: false, max_uses: 1 };
  expect(asCreation(wish, bootstrap, now)).toEqual({ ...said, expires_at: "2026-11-22T13:00:00.000Z" });
  const locked = { ...bootstrap, policy: { ...bootstrap.policy, locked: ["expiry"] } };
  expect(asCreation(wish, locked, now)).toEqual(said);
  const bound = { ...wish, email: " anna@example.org", files: "2", bytes: 10_000_000, message: "  " };
  expect(asCreation(bound, locked, now)).toEqual({
    ...said,
    email: "anna@example.org",
    notify: false,
    max_files: 2,
    max_bytes: 10_000_000,
  });
});

test("no size is offered that the tenant does not allow", () => {
  const limits = { ...bootstrap.limits, max_transfer_bytes: 100_000_000 };
  expect(sizes({ ...bootstrap, limits })).toEqual([10_000_000]);
});

test("where a request stands goes by the service, whatever the clock here says", () => {
  expect(stand({ ...request, expires_at: "1999-01-01T00:00:00Z" })).toBe("open");
  expect(stand({ ...request, open: false, closed_at: "2026-11-23T00:00:00Z", uses: 1 })).toBe("closed");
  expect(stand({ ...request, open: false, uses: 1 })).toBe("used_up");
  expect(stand({ ...request, open: false })).toBe("over");
});

test("the letter has the link on a line of its own, and a mail program gets it whole", () => {
  const url = "https://send.example/r/abc";
  const text = letter({ ...request, asks_code: true }, url, t, format);
  expect(text.split("\n")).toContain(url);
  expect(text).toContain("X-rays & more");
  expect(text).toContain("a code");
  const opened = new URL(mailto("anna+x@example.org", request.title, text));
  expect(decodeURIComponent(opened.pathname)).toBe("anna+x@example.org");
  expect(opened.searchParams.get("subject")).toBe("X-rays & more");
  expect(opened.searchParams.get("body")?.replaceAll("\r\n", "\n")).toBe(text);
});

test("the place for a new request is not taken for a request", () => {
  expect(place("/requests")).toEqual({ page: "requests" });
  expect(place("/requests/new")).toEqual({ page: "new-request" });
  expect(place(`/requests/${request.id}`)).toEqual({ page: "request", id: request.id });
  expect(place(`/transfers/${request.id}`)).toEqual({ page: "transfer", id: request.id });
  expect(place("/")).toEqual({ page: "new" });
});
