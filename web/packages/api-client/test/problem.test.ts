import { expect, test } from "vitest";

import { Problem } from "../src/index.ts";

const headers = (all: Record<string, string>) => (name: string) => all[name];

test("a problem is read with what its headers say", () => {
  const text = JSON.stringify({ title: "Too many attempts", code: "too_many_requests", status: 429 });
  const problem = Problem.read(429, text, headers({ "Retry-After": "60", "X-Request-Id": "a-1" }));
  expect(problem.code).toBe("too_many_requests");
  expect([problem.status, problem.retryAfter, problem.request]).toEqual([429, 60, "a-1"]);
});

test("the name of the request is in the body, too, where a proxy keeps the header to itself", () => {
  const text = JSON.stringify({
    title: "Something went wrong on our side",
    code: "internal",
    request_id: "a-2",
  });
  expect(Problem.read(500, text, headers({})).request).toBe("a-2");
  expect(Problem.read(500, text, headers({ "X-Request-Id": "a-1" })).request).toBe("a-1");
});

test("a proxy's page is a problem without a code", () => {
  for (const text of ["<h1>Bad Gateway</h1>", "", "null", '"x"', "[1]"]) {
    const problem = Problem.read(502, text, headers({ "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" }));
    expect([problem.code, problem.status, problem.retryAfter]).toEqual([undefined, 502, undefined]);
  }
});
