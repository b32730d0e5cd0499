/** What the page asks the service. */
import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

import { authorization } from "../upload/carrier.ts";
import { clock } from "./clock.ts";
import type { Note, Opened, Submission, Who } from "./note.ts";

/** Hears the time from an answer on its way through. */
async function timed<Data>(call: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const answered = await call;
  clock.hear(answered.response);
  return answer(Promise.resolve(answered));
}

export function open(token: string): Promise<Opened> {
  return timed(api.POST("/api/v1/requests/open", { body: { token } }));
}

export function askCode(token: string, email: string): Promise<Shape<"AskedRequestCode">> {
  return timed(api.POST("/api/v1/requests/code", { body: { token, email } }));
}

export function begin(
  token: string,
  who: Who,
  shown?: { readonly code: string; readonly challenge: string },
): Promise<Shape<"BegunSubmission">> {
  return timed(
    api.POST("/api/v1/requests/begin", { body: { token, name: who.name, email: who.email, ...shown } }),
  );
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
