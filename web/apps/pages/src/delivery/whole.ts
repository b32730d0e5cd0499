/** Whether what the service shows is what the sender has sealed: all of it, nothing else, and nothing older. */
import type { Shape } from "@sealpost/api-client";
import {
  type ContentKey,
  Contents,
  fromBase64url,
  readId,
  SealedError,
  type TransferPlace,
} from "@sealpost/sealed";

/** What is shown as sealed may not be what was: nothing of it is taken for whole. */
export class NotWhole extends Error {
  override readonly name = "NotWhole";

  /** How many files are here, and how many the sender has sealed: nothing if that is not told, or does not open. */
  constructor(
    readonly here: number,
    readonly meant: number | undefined,
  ) {
    super("not what the sender has sealed");
  }
}

/** Fails with [`NotWhole`] unless files, subject and message are those that the sender has bound together, each as he has sealed it. */
export async function checkWhole(
  { files, sealing }: Shape<"Delivery">,
  place: TransferPlace,
  key: ContentKey,
): Promise<void> {
  const { contents, subject, message }: Partial<Shape<"DeliverySealing">> = sealing ?? {};
  const bytes = (sealed: string | undefined) => fromBase64url(sealed ?? "") ?? new Uint8Array();
  const words = (sealed: string | undefined) => (sealed === undefined ? undefined : bytes(sealed));
  const meant = await Contents.open(key, place, bytes(contents)).catch(refused(files.length, undefined));
  const here = await Contents.of({
    subject: words(subject),
    message: words(message),
    files: files.map(({ id, sealing }) => ({ id: readId(id), manifest: bytes(sealing?.manifest) })),
  }).catch(refused(files.length, meant.count));
  if (!meant.matches(here)) throw new NotWhole(here.count, meant.count);
}

function refused(here: number, meant: number | undefined): (error: unknown) => never {
  return (error) => {
    throw error instanceof SealedError ? new NotWhole(here, meant) : error;
  };
}
