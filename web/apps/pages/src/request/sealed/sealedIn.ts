/** What somebody sends in whose browser seals it: to the key of whoever gets it. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import {
  type BoundFile,
  Contents,
  Key,
  readId,
  sealContentKeyTo,
  sealText,
  type TransferPlace,
  toBase64url,
} from "@sealpost/sealed";
import type { Into } from "@sealpost/sending/sealing/into.ts";
import { Room } from "@sealpost/sending/sealing/room.ts";
import { type Arrived, sealedFile } from "@sealpost/sending/sealing/sealedFile.ts";
import type { Sealers } from "@sealpost/sending/sealing/sealers.ts";
import { forgetUpload } from "@sealpost/sending/sealing/vault.ts";
import { authorization, remove } from "@sealpost/sending/upload/carrier.ts";
import { keepTransfer } from "@sealpost/sending/upload/store.ts";
import { api } from "@sealpost/ui";

import { publicKeyOf } from "../../keys/ring.ts";
import { submission } from "../calls.ts";
import type { Note } from "../note.ts";

/** To which keys it is sealed: the receiver's, and the recovery key of his organisation if it has one. */
export type Keys = Shape<"SubmissionSealing">;

/** Another key counts by now than the uploader was shown: he says whether it is sealed to that. */
export class KeyChanged extends Error {
  override readonly name = "KeyChanged";

  constructor(
    readonly before: Keys,
    readonly now: Keys,
  ) {
    super("another key counts");
  }
}

export class SealedIn implements Into {
  readonly room = new Room();
  readonly place: TransferPlace;
  /**
   * New whenever the page is opened: what is sealed with it goes to the service when all files are there, and all of it again
   * when it did not get there whole. Uploads have keys of their own, which the browser keeps.
   */
  readonly #contentKey = Key.generate<"content">();
  #keys: Keys;

  constructor(
    private readonly note: Note,
    keys: Keys,
    readonly sealers: Sealers,
  ) {
    this.place = { tenant: readId(keys.tenant), transfer: readId(note.transfer) };
    this.#keys = keys;
  }

  get transfer(): string {
    return this.note.transfer;
  }

  get bearer(): string | undefined {
    return this.note.about.grant;
  }

  /** Goes by the keys that count now. Fails with [`KeyChanged`] if the uploader was not shown one of them. */
  meet(now: Keys): void {
    const shown = this.#keys;
    const isOther = now.receiver.fingerprint !== shown.receiver.fingerprint;
    if (isOther || isNewRecovery(shown, now)) throw new KeyChanged(shown, now);
    // Nobody is asked whether one may open it less.
    this.#keys = now;
  }

  /** From now on it is sealed to these, of which the uploader was told; also when he comes back. */
  async accept(keys: Keys): Promise<void> {
    this.#keys = keys;
    const { about } = this.note;
    const opened = { ...about.opened, sealing: keys };
    await keepTransfer({ ...this.note, about: { ...about, opened } });
  }

  /** The content key, sealed to each of the keys. Fails with `public_key` if one is not the key of its fingerprint. */
  contentKeys(): Promise<Shape<"SealedContentKey">[]> {
    const { receiver, recovery } = this.#keys;
    return Promise.all([receiver, ...(recovery ? [recovery] : [])].map((key) => this.#contentKeyTo(key)));
  }

  async #contentKeyTo(key: Shape<"RecoveryKey">): Promise<Shape<"SealedContentKey">> {
    const sealed = await sealContentKeyTo(await publicKeyOf(key), this.place, this.#contentKey);
    return { fingerprint: key.fingerprint, content_key: toBase64url(sealed) };
  }

  async remove(upload: string): Promise<void> {
    await forgetUpload(this.transfer, upload);
    await remove(upload, authorization(this.bearer));
  }

  /** Seals what a file is called and made of, and gives that to the service; what has to be bound of it. */
  async sealFile(arrived: Arrived): Promise<BoundFile> {
    const { id, fileKey, manifest } = await sealedFile(this.#contentKey, this.place, arrived);
    const params = { path: { submission_id: this.transfer, file_id: arrived.id } };
    const body = { file_key: toBase64url(fileKey), manifest: toBase64url(manifest) };
    const path = "/api/v1/submissions/{submission_id}/files/{file_id}/sealing";
    await answer(api.PUT(path, { params, headers: authorization(this.bearer), body }));
    return { id, manifest };
  }

  /** Seals words and content key, and binds the files to them: the last call before it is handed over. Fails with [`KeyChanged`]. */
  async bind(files: readonly BoundFile[]): Promise<void> {
    const { subject, message } = this.note.about.who;
    const column = (name: "subject" | "message", text: string) =>
      text.trim()
        ? sealText(
            this.#contentKey,
            { tenant: this.place.tenant, row: this.place.transfer, name: `transfers.${name}` },
            text.trim(),
          )
        : undefined;
    const words = { subject: await column("subject", subject), message: await column("message", message) };
    const contents = await (await Contents.of({ ...words, files })).seal(this.#contentKey, this.place);
    const params = { path: { submission_id: this.transfer } };
    const body = {
      content_key_to: await this.contentKeys(),
      ...(words.subject && { subject: toBase64url(words.subject) }),
      ...(words.message && { message: toBase64url(words.message) }),
      contents: toBase64url(contents),
    };
    const headers = authorization(this.bearer);
    await this.counting(() =>
      answer(api.PUT("/api/v1/submissions/{submission_id}/sealing", { params, headers, body })),
    );
  }

  /** Does what the service refuses if another key counts, and says which then: fails with [`KeyChanged`]. */
  async counting<Done>(act: () => Promise<Done>): Promise<Done> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "key_changed") throw error;
      const { sealing } = await submission(this.note);
      if (sealing) this.meet(sealing);
      // There is no recovery key any more: tried again it is sealed to the receiver alone.
      throw error;
    }
  }
}

/** Whether there is a recovery key, and it is not the one that was shown. */
export function isNewRecovery(shown: Keys, { recovery }: Keys): boolean {
  return recovery !== undefined && recovery.fingerprint !== shown.recovery?.fingerprint;
}
