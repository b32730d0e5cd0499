/** From the link's two parts, and the password if there is one, to what the sender has sealed. */
import { Problem, type Shape } from "@sealpost/api-client";
import {
  type Bytes,
  type ContentKey,
  decodePasswordParameters,
  deriveAccess,
  fromBase64url,
  isOutdated,
  Manifest,
  openContentKey,
  openText,
  type PasswordKey,
  type PasswordParameters,
  readId,
  SealedError,
  type TransferPlace,
  toBase64url,
  unwrapFileKey,
} from "@sealpost/sealed";

import { type Half, type Proved, prove, verify } from "./calls.ts";
import { distinct, safeName } from "./download/names.ts";
import { checkWhole } from "./whole.ts";

/** A file of the delivery: opened, or of which it is known that it does not open. */
export interface OpenedFile {
  readonly id: string;
  /** With its folders; safe to show and to save under. Nothing if it does not open. */
  readonly name: string | undefined;
  readonly manifest: Manifest | undefined;
  /** What the sender's program states it to be, which nobody has checked. */
  readonly stated: readonly string[];
}

/** What the sender has sealed, opened. */
export interface Opened {
  readonly delivery: Shape<"Delivery">;
  readonly place: TransferPlace;
  /** The transfer's id as the API writes it. */
  readonly transfer: string;
  readonly grant: string;
  readonly subject: string | undefined;
  readonly message: string | undefined;
  readonly files: readonly OpenedFile[];
}

/** What the service and the worker do here; tests have their own. */
export interface Doing {
  readonly verify: (token: string) => Promise<Half>;
  readonly prove: (token: string, ticket: string, proof: string) => Promise<Proved>;
  readonly derive: (password: string, parameters: PasswordParameters) => Promise<PasswordKey>;
}

export const asking = { verify, prove };

/**
 * Makes the proof and shows it, and opens what comes of it. A ticket whose time is over is asked for once more. Fails as a `Problem`
 * with `wrong_proof` where link or password do not fit, with what the link asks for again; as a `SealedError` with `locked` where what was
 * sealed does not open by what has proved it; and as [`NotWhole`] where it is not what the sender has bound together.
 */
export async function unlock(
  token: string,
  secret: Bytes,
  half: Half,
  password: string | undefined,
  doing: Doing,
): Promise<Opened> {
  let [told, key] = [half, await keyOf(half, password, doing)];
  for (let tries = 0; ; tries += 1) {
    const place = placeOf(told);
    const access = await deriveAccess(place, secret, bytesOf(told.sealing.server_half), key);
    try {
      const proved = await doing.prove(token, told.ticket, toBase64url(access.proof));
      const sealed = bytesOf(proved.delivery.sealing?.content_key);
      return await opened(proved, told, await openContentKey(access.key, place, sealed));
    } catch (error) {
      const isOver = error instanceof Problem && error.status === 401;
      if (!isOver || tries > 0) throw error;
      const before = told.sealing.password_parameters;
      told = await doing.verify(token);
      if (told.sealing.password_parameters !== before) key = await keyOf(told, password, doing);
    }
  }
}

async function keyOf(
  half: Half,
  password: string | undefined,
  doing: Doing,
): Promise<PasswordKey | undefined> {
  const parameters = parametersOf(half);
  if (!parameters || password === undefined) return undefined;
  return doing.derive(password, parameters);
}

/**
 * What the password's key is made with; nothing if there is no password. Fails with `password_parameters` where that would be cheaper than
 * any sender makes it: a service that says so wants to guess the password by what the page shows.
 */
export function parametersOf({ sealing }: Half): PasswordParameters | undefined {
  const { password_parameters: said } = sealing;
  const parameters = said ? decodePasswordParameters(bytesOf(said)) : undefined;
  if (parameters && isOutdated(parameters)) throw new SealedError("password_parameters", "too cheap");
  return parameters;
}

/** What the content key opens. Fails with [`NotWhole`]. */
export async function opened(
  { delivery, grant }: Pick<Proved, "delivery" | "grant">,
  told: { readonly sealing: { readonly tenant: string; readonly transfer: string } },
  key: ContentKey,
): Promise<Opened> {
  const place = placeOf(told);
  await checkWhole(delivery, place, key);
  const text = (column: string, sealed: string | undefined) => {
    if (sealed === undefined) return undefined;
    const at = { tenant: place.tenant, row: place.transfer, name: `transfers.${column}` };
    return openText(key, at, bytesOf(sealed));
  };
  return {
    delivery,
    place,
    transfer: told.sealing.transfer,
    grant,
    subject: await text("subject", delivery.sealing?.subject),
    message: await text("message", delivery.sealing?.message),
    files: named(await Promise.all(delivery.files.map((file) => openedFile(file, place, key)))),
  };
}

/** Each that opens has a name of its own, so that nobody takes one for another. */
function named(files: readonly OpenedFile[]): OpenedFile[] {
  const names = distinct(files.flatMap(({ name }) => name ?? [])).values();
  return files.map((file) => ({ ...file, name: file.name === undefined ? undefined : names.next().value }));
}

/** One that does not open keeps nobody from the others. */
async function openedFile(
  { id, size, sealing, stated_kinds: stated = [] }: Shape<"DeliveryFile">,
  place: TransferPlace,
  key: ContentKey,
): Promise<OpenedFile> {
  try {
    const at = { ...place, file: readId(id) };
    const fileKey = await unwrapFileKey(key, at, bytesOf(sealing?.file_key));
    const manifest = await Manifest.open(fileKey, at, bytesOf(sealing?.manifest));
    // What is stored is as long as what was sealed, or some of it is missing.
    if (manifest.sealedStarts().at(-1) !== size) throw new SealedError("length");
    return { id, name: safeName(manifest.name), manifest, stated };
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    return { id, name: undefined, manifest: undefined, stated };
  }
}

function placeOf({ sealing }: Parameters<typeof opened>[1]): TransferPlace {
  return { tenant: readId(sealing.tenant), transfer: readId(sealing.transfer) };
}

export function bytesOf(text: string | undefined): Bytes {
  const bytes = text === undefined ? undefined : fromBase64url(text);
  if (!bytes) throw new SealedError("locked");
  return bytes;
}
