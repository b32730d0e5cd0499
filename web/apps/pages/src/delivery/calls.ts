/** What the page asks the service. The second part of the link goes with none of it. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

import { clock } from "../shell/clock.ts";

export type OpenedLink = Shape<"OpenedLink">;
export type Half = Shape<"HalfOfLink">;
export type Proved = Shape<"VerifiedLink">;
export type SentCode = Shape<"AskedCode">;

/** Hears the time from an answer on its way through. */
async function timed<Data>(call: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const answered = await call;
  clock.hear(answered.response);
  return answer(Promise.resolve(answered));
}

/** What there is to show. Changes nothing. */
export function open(token: string): Promise<OpenedLink> {
  return timed(api.POST("/api/v1/links/open", { body: { token } }));
}

export function sendCode(token: string): Promise<SentCode> {
  return timed(api.POST("/api/v1/links/code", { body: { token } }));
}

/** Passes the protection, but for the password, which is never shown. */
export async function verify(token: string, code?: string, remember = false): Promise<Half> {
  const shown = code === undefined ? {} : { code, remember };
  const told = await timed(api.POST("/api/v1/links/verify", { body: { token, ...shown } }));
  if (!("ticket" in told)) throw new Problem(500, {}, undefined, undefined);
  return told;
}

export function prove(token: string, ticket: string, proof: string): Promise<Proved> {
  return timed(api.POST("/api/v1/links/prove", { body: { token, ticket, proof } }));
}

/** Lets this browser be forgotten: as the form of a page without scripts does. */
export async function forgetBrowser(path: string): Promise<void> {
  const body = new URLSearchParams({ step: "forget" });
  // Where it leads is this page.
  const response = await fetch(path, { method: "POST", body, redirect: "manual" });
  if (response.type !== "opaqueredirect" && !response.ok) throw await Problem.of(response);
}

/** Where it is answered with files. */
export function reply(delivery: string, grant: string): Promise<Shape<"Reply">> {
  const params = { path: { delivery_id: delivery } };
  const headers = { Authorization: `Bearer ${grant}` };
  return timed(api.POST("/api/v1/deliveries/{delivery_id}/reply", { params, headers }));
}
