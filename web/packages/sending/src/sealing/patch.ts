/** What goes to an upload, and what the service says of it. */
import { answer, NoConnection, Problem, type Shape } from "@sealpost/api-client";
import { forgotten } from "@sealpost/sealed/garbage";
import { api } from "@sealpost/ui";

import { authorization } from "../upload/carrier.ts";

const TUS = { "Tus-Resumable": "1.0.0" };

/** Begins an upload of so many sealed bytes, and gives its id. `part` says how long its parts are, if their sum does not. */
export async function create(
  transfer: string,
  length: number,
  part: number | undefined,
  signal: AbortSignal,
  bearer?: string,
): Promise<string> {
  const headers = {
    ...authorization(bearer),
    ...TUS,
    "Upload-Length": String(length),
    ...(part !== undefined && { "Upload-Metadata": `part_length ${btoa(String(part))}` }),
  };
  const path = `/api/v1/transfers/${encodeURIComponent(transfer)}/files`;
  const response = await fetch(path, { method: "POST", headers, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof TypeError ? new NoConnection() : error;
  });
  if (!response.ok) throw await Problem.of(response);
  return (response.headers.get("Location") ?? "").split("/").at(-1) ?? "";
}

/** How many bytes of an upload are stored; nothing if there is none any more. */
export async function offset(
  upload: string,
  signal: AbortSignal,
  bearer?: string,
): Promise<number | undefined> {
  const params = { path: { upload_id: upload }, header: { "Tus-Resumable": "1.0.0" } };
  const headers = authorization(bearer);
  try {
    const { response } = await api.HEAD("/api/v1/uploads/{upload_id}", { params, headers, signal });
    return Number.parseInt(response.headers.get("Upload-Offset") ?? "", 10);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem && [404, 410].includes(error.status)) return undefined;
    throw error;
  }
}

interface Going {
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
  /** The right to add to the upload, unless the session has it. */
  readonly bearer: string | undefined;
  /** `Upload-Checksum`, where the service has to have stored the bytes as they left. */
  readonly checksum: string | undefined;
}

/** Appends this, of which the page itself has no copy as of bytes; done when the service has said that it has stored it. */
export function patch(
  upload: string,
  start: number,
  body: Blob,
  { onProgress, signal, bearer, checksum }: Going,
): Promise<void> {
  return new Promise((done, failed) => {
    signal.throwIfAborted();
    // `fetch` does not say how much has gone.
    const request = new XMLHttpRequest();
    request.open("PATCH", `/api/v1/uploads/${encodeURIComponent(upload)}`);
    const headers = {
      ...authorization(bearer),
      ...TUS,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(start),
      ...(checksum && { "Upload-Checksum": checksum }),
    };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    const giveUp = () => request.abort();
    signal.addEventListener("abort", giveUp);
    request.onloadend = () => {
      signal.removeEventListener("abort", giveUp);
      // What was sent is kept beside the request until the browser looks.
      forgotten(body.size);
      const { status } = request;
      if (signal.aborted) failed(signal.reason);
      else if (status === 0) failed(new NoConnection());
      else if (status !== 204)
        failed(Problem.read(status, request.responseText, (name) => request.getResponseHeader(name)));
      // Something in between has answered, or not all of it was taken.
      else if (request.getResponseHeader("Upload-Offset") !== String(start + body.size))
        failed(new NoConnection());
      else done();
    };
    request.send(body);
  });
}

/** Keeps what was sealed of a transfer, and what binds it to its files: nothing is sent without. */
export async function putSealing(transfer: string, body: Shape<"SealTransfer">): Promise<void> {
  const params = { path: { transfer_id: transfer } };
  await answer(api.PUT("/api/v1/transfers/{transfer_id}/sealing", { params, body }));
}

/** Keeps what was sealed of a file. */
export async function putFileSealing(
  transfer: string,
  file: string,
  body: { file_key: string; manifest: string; stated?: Shape<"FileStatement"> },
): Promise<void> {
  const params = { path: { transfer_id: transfer, file_id: file } };
  await answer(api.PUT("/api/v1/transfers/{transfer_id}/files/{file_id}/sealing", { params, body }));
}
