/** A draft that is sealed in this page: its secrets, and what is made of them. */
import { Problem, type Shape } from "@sealpost/api-client";
import type { Findings } from "@sealpost/content/files";
import {
  type BoundFile,
  type Bytes,
  type ContentKey,
  Contents,
  deriveAccess,
  encodePasswordParameters,
  fromBase64url,
  Key,
  Manifest,
  newFragmentSecret,
  newPasswordParameters,
  readId,
  sealContentKey,
  sealText,
  type TransferPlace,
  toBase64url,
  type UploadKey,
  wrapFileKey,
} from "@sealpost/sealed";
import { partSpan } from "@sealpost/sealed/range";

import { remove } from "../upload/carrier.ts";
import { Rules } from "./fileRules.ts";
import { putFileSealing, putSealing } from "./patch.ts";
import { Room } from "./room.ts";
import type { Sealers } from "./sealers.ts";
import { type Attempt, forgetUpload, type SealedWords, type Secrets } from "./vault.ts";

type Transfer = Shape<"Transfer">;

/** What people write, and what protects it. */
export interface Words {
  readonly subject: string;
  readonly message: string;
  /** If recipients are asked for one. */
  readonly password: string | undefined;
}

/** A file that has arrived. */
export interface Arrived {
  /** What the service knows upload and file by. */
  readonly id: string;
  /** Folders and name. */
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly crc32: number;
  readonly key: UploadKey;
  readonly parts: readonly Attempt[];
  readonly findings: Findings;
}

export class Sealing {
  /** Parts of all its files share it. */
  readonly room = new Room();

  private constructor(
    readonly transfer: string,
    readonly place: TransferPlace,
    private readonly fragment: Bytes,
    private readonly contentKey: ContentKey,
    readonly sealers: Sealers,
    private words?: SealedWords,
    readonly rules = new Rules(),
  ) {}

  /** Of a draft that was just made. Its secrets are new. */
  static of(draft: Transfer, sealers: Sealers, rules?: Rules): Sealing {
    const [secret, key] = [newFragmentSecret(), Key.generate<"content">()];
    return new Sealing(draft.id, placeOf(draft), secret, key, sealers, undefined, rules);
  }

  /** Of a draft that was begun before; nothing if it cannot go on with these secrets. */
  static again(draft: Transfer, secrets: Secrets, sealers: Sealers): Sealing | undefined {
    const { fragment, contentKey, words } = secrets;
    if (!contentKey || !words || !draft.sealing) return undefined;
    const key = Key.from<"content">(contentKey);
    return new Sealing(draft.id, placeOf(draft), fragment, key, sealers, words);
  }

  get secrets(): Secrets {
    return { fragment: this.fragment, contentKey: this.contentKey.expose(), words: this.words };
  }

  /** What stands behind `#` in every link. */
  get secondPart(): string {
    return toBase64url(this.fragment);
  }

  /** Seals what people have written, which goes to the service when all files have. The password goes no further than to the worker. */
  async seal(draft: Transfer, { subject, message, password }: Words): Promise<void> {
    const { tenant, transfer } = this.place;
    const half = fromBase64url(draft.sealing?.server_half ?? "") ?? new Uint8Array();
    const parameters = password === undefined ? undefined : newPasswordParameters();
    const key = parameters && password && (await this.sealers.derive(password, parameters));
    const access = await deriveAccess(this.place, this.fragment, half, key || undefined);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", access.proof));
    const column = async (name: "subject" | "message", text: string) => {
      const place = { tenant, row: transfer, name: `transfers.${name}` };
      return toBase64url(await sealText(this.contentKey, place, text));
    };
    this.words = {
      content_key: toBase64url(await sealContentKey(access.key, this.place, this.contentKey)),
      proof_hash: toBase64url(hash),
      ...(parameters && { password_parameters: toBase64url(encodePasswordParameters(parameters)) }),
      ...(subject && { subject: await column("subject", subject) }),
      ...(message && { message: await column("message", message) }),
    };
  }

  /** Gives the service what was written, and binds it to the files that go with it: the last call before they are sent. */
  async bind(files: readonly BoundFile[]): Promise<void> {
    if (!this.words) throw new Error("nothing was sealed that could be bound");
    const { subject, message } = this.words;
    const words = { subject: bytesOf(subject), message: bytesOf(message) };
    const contents = await (await Contents.of({ ...words, files })).seal(this.contentKey, this.place);
    await putSealing(this.transfer, { ...this.words, contents: toBase64url(contents) });
  }

  /** Seals what a file is called and made of, and gives that to the service; what has to be bound of it. */
  async sealFile({ id, name, size, type, crc32, key, parts, findings }: Arrived): Promise<BoundFile> {
    const file = readId(id);
    const manifest = new Manifest({
      name: name.normalize("NFC"),
      mediaType: type,
      crc32,
      uploads: parts.length > 0 ? [{ id: file, key }] : [],
      parts: parts.map(({ salt }, index) => {
        const { start, end } = partSpan(size, index) ?? { start: 0, end: 0 };
        return { upload: 0, sequence: BigInt(index), length: end - start, salt };
      }),
    });
    const [fileKey, place] = [Key.generate<"file">(), { ...this.place, file }];
    const sealed = await manifest.seal(fileKey, place);
    const body = {
      file_key: toBase64url(await wrapFileKey(this.contentKey, place, fileKey)),
      manifest: toBase64url(sealed),
    };
    const put = async () =>
      putFileSealing(this.transfer, id, { ...body, stated: await this.rules.state(name, findings) });
    await put().catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === "statement_outdated")) throw error;
      // Others count by now; what was sealed stays.
      this.rules.forget();
      return put();
    });
    return { id: file, manifest: sealed };
  }

  /** Takes an upload, or the file that has come of it, out of the transfer, and forgets how it was sealed. */
  async remove(upload: string): Promise<void> {
    await forgetUpload(this.transfer, upload);
    await remove(upload);
  }
}

function placeOf({ id, sealing }: Transfer): TransferPlace {
  return { tenant: readId(sealing?.tenant ?? ""), transfer: readId(id) };
}

function bytesOf(sealed: string | undefined): Bytes | undefined {
  return sealed === undefined ? undefined : fromBase64url(sealed);
}
