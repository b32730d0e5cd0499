/** Transfers under way that are sealed in this browser. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { type BoundFile, Key } from "@sealpost/sealed";
import { api } from "@sealpost/ui";

import { type Draft, needsPassword } from "../new/draft.ts";
import { begin, type SealedHere, type UnderWay } from "../new/underWay.ts";
import type { FileNote, FileNotes } from "../upload/notes.ts";
import type { FileProgress } from "../upload/queue.ts";
import { FileChanged } from "../upload/read.ts";
import { SealedCarrier } from "./carrier.ts";
import { FilesRefused } from "./FilesRefused.ts";
import { Rules } from "./fileRules.ts";
import { madeUp } from "./password.ts";
import { Sealers } from "./sealers.ts";
import { Sealing } from "./sealing.ts";
import { Lost, plainBytes } from "./standing.ts";
import { forgetSecrets, forgetUploads, keepSecrets, recallSecrets, sweepSecrets } from "./vault.ts";

type Transfer = Shape<"Transfer">;

export { forgetSecrets };

export class SealedDraft implements SealedHere {
  #carrier: SealedCarrier | undefined;

  constructor(
    private readonly sealing: Sealing,
    private readonly endsAt: string,
    readonly password: string | undefined,
    readonly isKept: boolean,
  ) {}

  get secondPart(): string {
    return this.sealing.secondPart;
  }

  carrier(notes: FileNotes): SealedCarrier {
    this.#carrier = new SealedCarrier(this.sealing, notes);
    return this.#carrier;
  }

  /** Where files stand that were begun before: what has arrived and cannot be named in a manifest any more begins anew. */
  async standing(begun: readonly FileProgress[], notes: readonly FileNote[]): Promise<FileProgress[]> {
    const standing = begun.map(async (file): Promise<FileProgress> => {
      if (file.state !== "done") return { ...file, sent: plainBytes(file.sent, file.size) };
      const note = notes.find(({ id }) => id === file.id);
      if (!note || !(await this.#isLost(note))) return file;
      if (note.upload) await this.sealing.remove(note.upload);
      return { ...file, state: "missing", sent: 0 };
    });
    return Promise.all(standing);
  }

  /**
   * Seals what files are called and made of, and binds them together; gives the ids of those that cannot go, and why: nobody knows any more
   * what they were, or the rules have changed since they were looked at. Done anew, under other keys, whenever it is to be sent: files may
   * have been taken out, or come again, since, and nobody shall be shown those of before.
   */
  async finish(): Promise<ReadonlyMap<string, Error>> {
    const [unfit, files] = [new Map<string, Error>(), [] as BoundFile[]];
    // The service goes by the rules of the moment at which it is sent.
    this.sealing.rules.forget();
    this.sealing.renew();
    for (const note of this.#carrier?.notes.all() ?? []) {
      try {
        const arrived = await this.#carrier?.arrived(note);
        if (arrived) files.push(await this.sealing.sealFile(arrived));
      } catch (error) {
        if (error instanceof Lost) unfit.set(note.id, new FileChanged());
        else if (isRefused(error)) unfit.set(note.id, error);
        else throw error;
      }
    }
    if (unfit.size > 0) return unfit;
    await this.sealing.bind(files);
    // Before it is sent: whoever loses that answer has the links still.
    const { sealing, password, endsAt } = this;
    if (this.isKept) await keepSecrets(sealing.transfer, endsAt, { ...sealing.secrets, password });
    return unfit;
  }

  /** Nothing is sealed any more. The second part of the links stays, until the transfer ends. */
  async sent(endsAt: string): Promise<boolean> {
    this.close();
    await forgetUploads(this.sealing.transfer);
    const { fragment } = this.sealing.secrets;
    return keepSecrets(this.sealing.transfer, endsAt, { fragment });
  }

  close(): void {
    this.sealing.sealers.close();
  }

  async #isLost(note: FileNote): Promise<boolean> {
    try {
      await this.#carrier?.arrived(note);
      return false;
    } catch (error) {
      if (error instanceof Lost) return true;
      throw error;
    }
  }
}

function isRefused(error: unknown): error is Problem {
  return error instanceof Problem && error.code === "type_refused";
}

/** Fails with [`FilesRefused`] if rules refuse any of the files. */
async function checkFiles({ files }: Draft, rules: Rules): Promise<void> {
  const refused: Problem[] = [];
  for (const { path, file } of files) {
    await rules.look(path, file).catch((error: unknown) => {
      if (isRefused(error)) refused.push(error);
      // One that cannot be read any more is told where it stands in the list.
      else if (!(error instanceof FileChanged)) throw error;
    });
  }
  if (refused.length > 0) throw new FilesRefused(refused);
}

/**
 * Makes a draft, seals what was written, and begins to bring up its files. Fails before anything is made: with `NoSealer` where nothing can be
 * sealed, with [`FilesRefused`] where rules refuse files. A password that is made up has at least `least` characters.
 */
export async function beginSealed(
  user: string,
  draft: Draft,
  body: Shape<"CreateTransfer">,
  least: number,
): Promise<UnderWay> {
  await sweepSecrets(new Date());
  const [sealers, rules] = [new Sealers(), new Rules()];
  try {
    const nowhere = new Uint8Array(16);
    const place = { tenant: nowhere, upload: nowhere, sequence: 0n };
    await sealers.seal(new Blob(), Key.generate<"upload">(), place);
    await checkFiles(draft, rules);
    const created = await answer(api.POST("/api/v1/transfers", { body }));
    try {
      return await beginWith(user, draft, created, { sealers, rules, least });
    } catch (error) {
      // It has no use; one that stays behind ends by itself.
      const params = { path: { transfer_id: created.id } };
      await api.DELETE("/api/v1/transfers/{transfer_id}", { params }).catch(() => {});
      await forgetSecrets(created.id);
      throw error;
    }
  } catch (error) {
    sealers.close();
    throw error;
  }
}

async function beginWith(
  user: string,
  draft: Draft,
  created: Transfer,
  { sealers, rules, least }: { sealers: Sealers; rules: Rules; least: number },
): Promise<UnderWay> {
  const asks = created.recipients.some(({ protection }) => needsPassword(protection));
  const own = draft.generate || draft.password === "" ? undefined : draft.password;
  const made = asks && own === undefined ? madeUp(least) : undefined;
  const message = draft.message.trim() ? draft.message : "";
  const password = asks ? (own ?? made) : undefined;
  const words = { subject: draft.subject.trim(), message, password };
  const sealing = await Sealing.of(created, words, sealers, rules);
  const secrets = { ...sealing.secrets, password: made };
  const isKept = await keepSecrets(created.id, created.expires_at, secrets);
  return begin(user, created, draft, new SealedDraft(sealing, created.expires_at, made, isKept));
}

/** What it takes to go on with a draft; nothing if this browser has it no more. */
export async function recallSealed(stored: Transfer): Promise<SealedDraft | undefined> {
  const secrets = await recallSecrets(stored.id);
  const sealing = secrets && Sealing.again(stored, secrets, new Sealers());
  return sealing && new SealedDraft(sealing, stored.expires_at, secrets.password, true);
}
