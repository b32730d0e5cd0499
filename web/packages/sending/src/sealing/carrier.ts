/** Brings files up, sealed. */

import { Key, type UploadKey } from "@sealpost/sealed";
import { uploadLength } from "@sealpost/sealed/range";
import type { ChosenFile } from "../new/draft.ts";
import type { Carries, Events, Running } from "../upload/carrier.ts";
import type { FileNote, FileNotes } from "../upload/notes.ts";
import type { Into } from "./into.ts";
import type { Arrived } from "./sealedFile.ts";
import { Lost, settle } from "./standing.ts";
import { SealedUpload, whole } from "./upload.ts";
import { recallAttempts, recallUpload } from "./vault.ts";

export class SealedCarrier implements Carries {
  readonly #uploads = new Map<string, SealedUpload>();

  constructor(
    private readonly sealing: Into,
    readonly notes: FileNotes,
  ) {}

  readonly begin = async (chosen: ChosenFile, events: Events): Promise<Running> => {
    const { id, file } = chosen;
    const known = this.#uploads.get(id);
    // The same one goes on with the parts that it has sealed.
    const upload = known?.isOf(file) ? known : new SealedUpload(this.sealing, this.notes, chosen, events);
    if (known && known !== upload) await known.end();
    this.#uploads.set(id, upload);
    upload.start(events);
    return upload;
  };

  readonly drop = async (id: string): Promise<void> => {
    const upload = this.notes.get(id)?.upload;
    this.notes.delete(id);
    await this.#uploads.get(id)?.end();
    this.#uploads.delete(id);
    if (upload) await this.sealing.remove(upload);
  };

  /** The ids that the service knows the files by which are to be sent; whatever else it has was left out. */
  kept(): ReadonlySet<string> {
    return new Set(this.notes.all().flatMap(({ upload }) => upload ?? []));
  }

  /** The files that have arrived, with all that their manifests say. Fails with [`Lost`] where nobody knows that any more. */
  async arrived(note: FileNote): Promise<Arrived> {
    const { id, path, size, upload = "" } = note;
    const known = this.#uploads.get(id)?.parts ?? (await this.#recalled(upload, size));
    return { id: upload, name: path, size, crc32: whole(known.parts, size), ...known };
  }

  async #recalled(
    upload: string,
    size: number,
  ): Promise<Pick<Arrived, "type" | "key" | "parts" | "findings">> {
    const { transfer } = this.sealing;
    const kept = await recallUpload(transfer, upload);
    if (!kept) throw new Lost();
    const parts = settle([], await recallAttempts(transfer, upload), uploadLength(size), size);
    const { type, findings } = kept;
    return { type, key: Key.from<"upload">(kept.key) satisfies UploadKey, parts, findings };
  }
}
