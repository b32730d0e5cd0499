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
  newFragmentSecret,
  newPasswordParameters,
  readId,
  sealContentKey,
  sealText,
  type TransferPlace,
  toBase64url,
} from "@sealpost/sealed";

import { remove } from "../upload/carrier.ts";
import { Rules } from "./fileRules.ts";
import type { Into } from "./into.ts";
import { putFileSealing, putSealing } from "./patch.ts";
import { forRecovery } from "./recovery.ts";
import { Room } from "./room.ts";
import { type Arrived, sealedFile } from "./sealedFile.ts";
import type { Sealers } from "./sealers.ts";
import { forgetUpload, type Secrets, type Written } from "./vault.ts";

type Transfer = Shape<"Transfer">;

/** What people write, and what protects it. */
export interface Words {
  readonly subject: string;
  readonly message: string;
  /** If recipients are asked for one. */
  readonly password: string | undefined;
}

/** What opens it: never twice for two lists of files, of which the service could show the one of before. */
interface Opening {
  /** What stands behind `#` in every link. */
  readonly fragment: Bytes;
  readonly contentKey: ContentKey;
}

export class Sealing implements Into {
  /** Parts of all its files share it. */
  readonly room = new Room();
  #drawn = drawn();

  private constructor(
    private readonly draft: Transfer,
    readonly place: TransferPlace,
    private written: Written,
    private fragment: Bytes,
    readonly sealers: Sealers,
    readonly rules: Rules,
  ) {}

  /** Of a draft that was just made. The password goes no further than to the worker. */
  static async of(draft: Transfer, words: Words, sealers: Sealers, rules = new Rules()): Promise<Sealing> {
    const written = await writtenOf(words, sealers);
    return new Sealing(draft, placeOf(draft), written, newFragmentSecret(), sealers, rules);
  }

  /** Of a draft that was begun before; nothing if it cannot go on with these secrets. */
  static again(draft: Transfer, { fragment, written }: Secrets, sealers: Sealers): Sealing | undefined {
    if (!written || !draft.sealing) return undefined;
    return new Sealing(draft, placeOf(draft), written, fragment, sealers, new Rules());
  }

  /** Something else is written now; it goes with the next call. Without `password` what was asked for stays. */
  async write(words: Omit<Words, "password">, password?: { readonly is: string | undefined }): Promise<void> {
    this.written = password
      ? await writtenOf({ ...words, password: password.is }, this.sealers)
      : { ...this.written, ...words };
  }

  get transfer(): string {
    return this.draft.id;
  }

  look(name: string, file: Blob): Promise<Findings> {
    return this.rules.look(name, file);
  }

  get secrets(): Secrets {
    return { fragment: this.fragment, written: this.written };
  }

  /** What stands behind `#` in every link, once it is bound. */
  get secondPart(): string {
    return toBase64url(this.fragment);
  }

  /** Draws anew what opens it, before its files are sealed and bound. */
  renew(): void {
    this.#drawn = drawn();
  }

  /** Gives the service what was written, and binds it to the files that go with it: the last call before they are sent. */
  async bind(files: readonly BoundFile[]): Promise<void> {
    const { fragment, contentKey } = this.#drawn;
    const { password } = this.written;
    const half = bytesOf(this.draft.sealing?.server_half ?? "");
    const key = password && Key.from<"password">(bytesOf(password.key));
    const access = await deriveAccess(this.place, fragment, half, key);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", access.proof));
    const subject = await this.#column("subject");
    const message = await this.#column("message");
    const contents = await (await Contents.of({ subject, message, files })).seal(contentKey, this.place);
    await putSealing(this.transfer, {
      content_key: toBase64url(await sealContentKey(access.key, this.place, contentKey)),
      proof_hash: toBase64url(hash),
      ...(password && { password_parameters: password.parameters }),
      ...(subject && { subject: toBase64url(subject) }),
      ...(message && { message: toBase64url(message) }),
      contents: toBase64url(contents),
      ...(await forRecovery(this.place, contentKey)),
    });
    this.fragment = fragment;
  }

  async #column(name: "subject" | "message"): Promise<Bytes | undefined> {
    const { tenant, transfer } = this.place;
    const text = this.written[name];
    if (!text) return undefined;
    return sealText(this.#drawn.contentKey, { tenant, row: transfer, name: `transfers.${name}` }, text);
  }

  /** Seals what a file is called and made of, and gives that to the service; what has to be bound of it. */
  async sealFile(arrived: Arrived): Promise<BoundFile> {
    const { id, fileKey, manifest } = await sealedFile(this.#drawn.contentKey, this.place, arrived);
    const body = { file_key: toBase64url(fileKey), manifest: toBase64url(manifest) };
    const { name, findings } = arrived;
    const put = async () => {
      const stated = findings && (await this.rules.state(name, findings));
      await putFileSealing(this.transfer, arrived.id, { ...body, ...(stated && { stated }) });
    };
    await put().catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === "statement_outdated")) throw error;
      // Others count by now; what was sealed stays.
      this.rules.forget();
      return put();
    });
    return { id, manifest };
  }

  /** Takes an upload, or the file that has come of it, out of the transfer, and forgets how it was sealed. */
  async remove(upload: string): Promise<void> {
    await forgetUpload(this.transfer, upload);
    await remove(upload);
  }
}

async function writtenOf({ subject, message, password }: Words, sealers: Sealers): Promise<Written> {
  if (!password) return { subject, message };
  const parameters = newPasswordParameters();
  const key = (await sealers.derive(password, parameters)).expose();
  const asked = { key: toBase64url(key), parameters: toBase64url(encodePasswordParameters(parameters)) };
  return { subject, message, password: asked };
}

function placeOf({ id, sealing }: Transfer): TransferPlace {
  return { tenant: readId(sealing?.tenant ?? ""), transfer: readId(id) };
}

function drawn(): Opening {
  return { fragment: newFragmentSecret(), contentKey: Key.generate<"content">() };
}

function bytesOf(text: string): Bytes {
  return fromBase64url(text) ?? new Uint8Array();
}
