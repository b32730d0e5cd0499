import { NoConnection, Problem } from "@sealpost/api-client";
import { expect, test } from "vitest";

import { Attempt, type Means } from "../src/signin/attempt.ts";
import { type Entra, EntraFault, type EntraReason } from "../src/signin/entra.ts";
import type { Pairing, Session, Ways } from "../src/signin/service.ts";

const LOCAL: Ways = {
  tenant: { slug: "acme", name: "Acme" },
  branding: { name: "Acme" },
  pairing: true,
};
const ENTRA: Ways = {
  ...LOCAL,
  entra: { client_id: "c", authority: "https://login.example/t", scope: "api://c/Transfers.Send" },
};
const PAIRING: Pairing = {
  device_code: "pd_x",
  user_code: "BCDF-GHJK",
  verification_url: "https://s.example/pair",
  verification_url_complete: "https://s.example/pair?code=BCDF-GHJK",
  expires_in: 600,
  interval: 3,
};

const problem = (status: number, code: Problem["code"], wait?: number) =>
  new Problem(status, code ? { code } : {}, wait, undefined);
const fault = (reason: EntraReason) => new EntraFault(reason, "AADSTS1", "correlation");

/** Everything that is asked, in order, by a world whose time passes when somebody waits. */
class World {
  readonly asked: string[] = [];
  readonly held: string[] = [];
  again: (() => Promise<Session>) | undefined;
  ms = 0;
  ways: Ways | Error = LOCAL;
  silent: string | Error = fault("person");
  popup: string | Error = "popup token";
  entra = true;
  exchange: Error | undefined;
  window: "opens" | "blocked" = "opens";
  closed: (() => void) | undefined;
  shut = 0;
  /** What asking for the session of a pairing answers, one after the other; the last again and again. */
  answers: (string | Error)[] = ["paired"];

  readonly means: Means = {
    addin: "addin",
    service: {
      ways: async () => this.#say("ways", this.ways),
      exchange: async (token) =>
        this.#say(`exchange ${token}`, this.exchange ?? { id: "1", session: `of ${token}`, expires_at: "" }),
      pair: async () => this.#say("pair", PAIRING),
      redeem: async () => {
        const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
        const session = typeof answer === "string" && { id: "1", session: answer, expires_at: "" };
        return this.#say<Session>(`redeem at ${this.ms / 1000}`, session || (answer as Error));
      },
    },
    entra: async () => (this.entra ? this.#entra : undefined),
    open: async (address, closed) => {
      this.asked.push(`open ${address}`);
      if (this.window === "blocked") throw new Error("12009");
      this.closed = closed;
      const close = () => {
        this.shut += 1;
      };
      return { close };
    },
    hold: (session, another) => {
      this.held.push(session.session);
      this.again = another;
    },
    wait: async (ms) => {
      this.ms += ms;
      // What is shown is shown before time passes.
      await new Promise((done) => setTimeout(done, 0));
    },
    now: () => this.ms,
  };

  readonly #entra: Entra = {
    silent: async () => this.#say("silent", this.silent),
    popup: async () => this.#say("popup", this.popup),
  };

  #say<T>(what: string, answer: T | Error): T {
    this.asked.push(what);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  readonly attempt = new Attempt(this.means);

  /** Until nothing happens any more. */
  async settled(): Promise<string> {
    for (let before = -1; before !== this.asked.length; ) {
      before = this.asked.length;
      for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 0));
    }
    return this.attempt.state.at;
  }
}

test("whom Outlook can sign in alone is signed in without a question", async () => {
  const world = new World();
  Object.assign(world, { ways: ENTRA, silent: "token" });
  await world.attempt.begin();
  expect(world.attempt.state).toEqual({ at: "done" });
  expect(world.asked).toEqual(["ways", "silent", "exchange token"]);
  expect(world.held).toEqual(["of token"]);
  // And again, when the session is over.
  world.silent = "next";
  await expect(world.again?.()).resolves.toMatchObject({ session: "of next" });
});

test("who has to do something is asked to press a button, and Microsoft opens its window", async () => {
  const world = new World();
  world.ways = ENTRA;
  await world.attempt.begin();
  expect(world.attempt.state.at).toBe("ready");
  await world.attempt.press(ENTRA);
  expect(world.attempt.state).toEqual({ at: "done" });
  expect(world.asked).toEqual(["ways", "silent", "popup", "exchange popup token"]);
});

test("where Outlook cannot get tokens after all, a page of ours opens", async () => {
  for (const popup of [fault("missing"), undefined]) {
    const world = new World();
    world.ways = ENTRA;
    if (popup) world.popup = popup;
    else world.entra = false;
    world.answers = [problem(409, "pairing_pending"), "paired"];
    await world.attempt.begin();
    expect(world.attempt.state.at).toBe("ready");
    await world.attempt.press(ENTRA);
    expect(world.attempt.state).toMatchObject({ at: "window", isOpen: true });
    expect(await world.settled()).toBe("done");
    expect(world.asked.slice(-4)).toEqual([
      "pair",
      `open ${PAIRING.verification_url_complete}`,
      "redeem at 3",
      "redeem at 6",
    ]);
    expect(world.shut).toBe(1);
    expect(world.held).toEqual(["paired"]);
    expect(world.again).toBeUndefined();
  }
});

test("what Microsoft refuses is said with its code, and another way is offered", async () => {
  const world = new World();
  Object.assign(world, { ways: ENTRA, popup: fault("refused") });
  await world.attempt.begin();
  await world.attempt.press(ENTRA);
  expect(world.attempt.state).toMatchObject({
    at: "refused",
    fault: { code: "AADSTS1", correlation: "correlation" },
  });
  await world.attempt.otherwise(ENTRA);
  expect(await world.settled()).toBe("done");
});

test("who closes Microsoft's window stands where he was", async () => {
  const world = new World();
  Object.assign(world, { ways: ENTRA, popup: fault("cancelled") });
  await world.attempt.begin();
  await world.attempt.press(ENTRA);
  expect(world.attempt.state.at).toBe("ready");
});

test("an account that the service does not take is refused, and not tried again and again", async () => {
  const world = new World();
  Object.assign(world, { ways: ENTRA, exchange: problem(401, "credentials_wrong"), silent: "token" });
  await world.attempt.begin();
  expect(world.attempt.state.at).toBe("ready");
  await world.attempt.press(ENTRA);
  expect(world.attempt.state).toMatchObject({ at: "refused", fault: { status: 401 } });
  expect(world.asked.filter((what) => what.startsWith("exchange"))).toHaveLength(2);
});

test("tenants without Entra go straight to a page of ours", async () => {
  const world = new World();
  await world.attempt.begin();
  expect(world.asked).toEqual(["ways"]);
  await world.attempt.press(LOCAL);
  expect(await world.settled()).toBe("done");
  expect(world.asked).toEqual(["ways", "pair", `open ${PAIRING.verification_url_complete}`, "redeem at 3"]);
});

test("where no window opens, a code is shown", async () => {
  const world = new World();
  Object.assign(world, { window: "blocked", answers: [problem(409, "pairing_pending"), "paired"] });
  await world.attempt.begin();
  await world.attempt.press(LOCAL);
  expect(world.attempt.state).toMatchObject({ at: "code", pairing: PAIRING, endsAt: 600_000 });
  expect(await world.settled()).toBe("done");
});

test("a window that was closed may have done its work: it is waited for", async () => {
  const world = new World();
  world.answers = [problem(409, "pairing_pending"), problem(409, "pairing_pending"), "paired"];
  await world.attempt.begin();
  await world.attempt.press(LOCAL);
  world.closed?.();
  expect(world.attempt.state).toMatchObject({ at: "window", isOpen: false });
  expect(await world.settled()).toBe("done");
  expect(world.shut).toBe(0);
});

test("what was refused, and what has ended, is over; what passes is waited for", async () => {
  const refused = new World();
  refused.answers = [new NoConnection(), problem(503, "unavailable", 20), problem(404, "pairing_over")];
  await refused.attempt.begin();
  await refused.attempt.press(LOCAL);
  expect(await refused.settled()).toBe("over");
  expect(refused.asked.slice(-3)).toEqual(["redeem at 3", "redeem at 6", "redeem at 26"]);
  expect(refused.shut).toBe(1);

  const ended = new World();
  ended.answers = [problem(409, "pairing_pending")];
  await ended.attempt.begin();
  await ended.attempt.press(LOCAL);
  expect(await ended.settled()).toBe("over");
  expect(ended.ms).toBe(600_000);
  expect(ended.held).toEqual([]);
});

test("who leaves is signed in by nothing that was begun before", async () => {
  const world = new World();
  await world.attempt.begin();
  await world.attempt.press(LOCAL);
  world.attempt.leave();
  expect(await world.settled()).toBe("ready");
  expect(world.held).toEqual([]);
  expect(world.shut).toBe(1);
});

test("a service that does not answer is asked again, and a suspended organisation is told", async () => {
  const world = new World();
  world.ways = new NoConnection();
  await world.attempt.begin();
  expect(world.attempt.state.at).toBe("stranded");
  world.ways = { ...LOCAL, pairing: false };
  await world.attempt.begin();
  expect(world.attempt.state.at).toBe("suspended");
});
