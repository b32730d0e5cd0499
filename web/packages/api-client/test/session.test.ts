import { afterEach, expect, test, vi } from "vitest";

import { connect, Problem } from "../src/index.ts";

afterEach(() => vi.unstubAllGlobals());

/** A service that takes this session alone; what it was asked with, and by which session. */
function service(takes: () => string): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const shown = request.headers.get("Authorization");
    asked.push(`${shown} ${await request.text()}`);
    const status = shown === `Bearer ${takes()}` ? 200 : 401;
    return Response.json(status === 200 ? {} : { code: "unauthorized" }, { status });
  });
  return asked;
}

const post = (api: ReturnType<typeof connect>, headers?: Record<string, string>) =>
  api.POST("/api/v1/transfers", {
    baseUrl: "https://s.example",
    body: { subject: "x" },
    ...(headers && { headers }),
  });

test("a call whose session is over is made once more with the next one, and what it brings goes with it", async () => {
  let session = "first";
  const asked = service(() => "second");
  const renewed = vi.fn(async () => {
    session = "second";
    return true;
  });
  const api = connect(() => "en", { bearer: () => session, renewed });
  await post(api);
  expect(renewed).toHaveBeenCalledExactlyOnceWith("first");
  expect(asked).toEqual(['Bearer first {"subject":"x"}', 'Bearer second {"subject":"x"}']);
});

test("it is made once more and not oftener, and not at all where there is no other session", async () => {
  const asked = service(() => "another");
  for (const [renews, calls] of [
    [true, 2],
    [false, 1],
  ] as const) {
    asked.length = 0;
    const api = connect(() => "en", { bearer: () => "first", renewed: async () => renews });
    await expect(post(api)).rejects.toBeInstanceOf(Problem);
    expect(asked).toHaveLength(calls);
  }
});

test("who shows something else, or nothing, renews nothing", async () => {
  const asked = service(() => "another");
  const renewed = vi.fn(async () => true);
  await expect(
    post(
      connect(() => "en", { bearer: () => "first", renewed }),
      { Authorization: "Bearer sb_x" },
    ),
  ).rejects.toBeInstanceOf(Problem);
  await expect(post(connect(() => "en"))).rejects.toBeInstanceOf(Problem);
  expect(renewed).not.toHaveBeenCalled();
  expect(asked).toEqual(['Bearer sb_x {"subject":"x"}', 'null {"subject":"x"}']);
});
