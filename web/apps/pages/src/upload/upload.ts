/** One file on its way, by tus 1.0.0. What the service acknowledges is stored: whatever breaks off goes on from there. */
import { NoConnection, Problem } from "@sealpost/api-client";
import type { DetailedError, Upload } from "tus-js-client";

import type { ChosenFile } from "../new/draft.ts";

export interface Events {
  readonly onProgress: (bytes: number) => void;
  readonly onDone: () => void;
  readonly onFailed: (error: Error) => void;
}

/** Milliseconds until the next try, after which it waits for a person, or for the network. */
const DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000];
/** Refusals that pass: another one is writing, wait, or the offset has to be asked for. */
const PASSING = [408, 409, 423, 429, 460];

/** Begins to upload a file into a transfer. The uploader comes when it is needed, and not with the page. */
export async function upload(transfer: string, { file, path }: ChosenFile, events: Events): Promise<Upload> {
  const tus = await import("tus-js-client");
  const sending: Upload = new tus.Upload(file, {
    endpoint: `/api/v1/transfers/${transfer}/files`,
    metadata: { filename: file.name, filetype: file.type, ...(path !== file.name && { relativePath: path }) },
    retryDelays: DELAYS,
    // Another transfer begins anew: nothing of this one is kept in the browser.
    storeFingerprintForResuming: false,
    onProgress: events.onProgress,
    onSuccess: events.onDone,
    onError: (error) => events.onFailed(reason(error)),
    onShouldRetry: (error) => isPassing(reason(error)),
  });
  sending.start();
  return sending;
}

function isPassing(error: Error): boolean {
  if (!(error instanceof Problem)) return true;
  return PASSING.includes(error.status) || (error.status >= 500 && error.status !== 507);
}

/** What tus makes of an answer, as everything else here says it. */
export function reason(error: Error | DetailedError): Error {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!response || response.getStatus() === 0) return new NoConnection();
  return Problem.read(response.getStatus(), response.getBody(), (name) => response.getHeader(name));
}
