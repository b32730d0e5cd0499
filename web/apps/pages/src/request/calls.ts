/** What the page asks the service. */
import { answer, type Shape } from "@sealpost/api-client";
import { authorization } from "@sealpost/sending/upload/carrier.ts";
import { api } from "@sealpost/ui";
import { clock } from "../shell/clock.ts";
import type { Note, Opened, Submission, Who } from "./note.ts";
import type { OutsidePlace } from "./place.ts";

/** Hears the time from an answer on its way through. */
async function timed<Data>(call: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const answered = await call;
  clock.hear(answered.response);
  return answer(Promise.resolve(answered));
}

export async function open(place: OutsidePlace): Promise<Opened> {
  if (place.kind === "portal") {
    const { tenant, name } = place;
    const said = await timed(api.POST("/api/v1/portals/open", { body: { tenant, name } }));
    const { choices, domains, several } = said;
    return { kind: "portal", ...taken(said), message: said.text, choices, domains, several };
  }
  const said = await timed(api.POST("/api/v1/requests/open", { body: { token: place.token } }));
  return {
    kind: "request",
    ...taken(said),
    message: said.message,
    requester: said.requester,
    expiresAt: said.expires_at,
    addressHint: said.address_hint,
    choices: [],
    domains: [],
    several: false,
  };
}

/** What both say. */
function taken(said: Shape<"OpenedRequest"> | Shape<"OpenedPortal">) {
  return {
    branding: said.branding,
    title: said.title,
    asksCode: said.asks_code,
    maxFiles: said.max_files,
    maxBytes: said.max_bytes,
    maxFileBytes: said.max_file_bytes,
    types: said.types,
    sealing: said.sealing,
  };
}

export function askCode(place: OutsidePlace, email: string): Promise<Shape<"AskedRequestCode">> {
  if (place.kind === "portal") {
    const { tenant, name } = place;
    return timed(api.POST("/api/v1/portals/code", { body: { tenant, name, email } }));
  }
  return timed(api.POST("/api/v1/requests/code", { body: { token: place.token, email } }));
}

/** With the same key it may be asked again, and gives what was begun with it. */
export function begin(
  place: OutsidePlace,
  who: Who,
  isSealed: boolean,
  key: string,
  shown?: { readonly code: string; readonly challenge: string },
): Promise<Shape<"BegunSubmission">> {
  const { name, email } = who;
  const params = { header: { "Idempotency-Key": key } };
  if (place.kind === "request") {
    const body = { token: place.token, name, email, ...shown };
    return timed(api.POST("/api/v1/requests/begin", { params, body }));
  }
  // What is sealed the service is not told.
  const said = !isSealed && {
    ...(who.subject.trim() && { subject: who.subject.trim() }),
    ...(who.message.trim() && { message: who.message }),
  };
  const body = {
    tenant: place.tenant,
    name: place.name,
    uploader: { name, email },
    recipients: [...who.recipients],
    ...said,
    ...shown,
  };
  return timed(api.POST("/api/v1/portals/begin", { params, body }));
}

export function submission({ transfer, about }: Note): Promise<Submission> {
  const params = { path: { submission_id: transfer } };
  const headers = authorization(about.grant);
  return timed(api.GET("/api/v1/submissions/{submission_id}", { params, headers }));
}

export function leaveOut({ transfer, about }: Note, file: string): Promise<unknown> {
  const params = { path: { submission_id: transfer, file_id: file } };
  const headers = authorization(about.grant);
  return timed(api.DELETE("/api/v1/submissions/{submission_id}/files/{file_id}", { params, headers }));
}

export function send({ transfer, about }: Note): Promise<Submission> {
  const params = { path: { submission_id: transfer } };
  const headers = authorization(about.grant);
  return timed(api.POST("/api/v1/submissions/{submission_id}/send", { params, headers }));
}
