/**
 * The transfer of a mail that is sealed in the pane: what opens it, and what of it the service is given before the mail may go. It is
 * fetched when there is one.
 */
import { Key, toBase64url } from "@sealpost/sealed";
import { madeUp } from "@sealpost/sending/sealing/password.ts";
import { SealedDraft } from "@sealpost/sending/sealing/sealedDraft.ts";
import { Sealers } from "@sealpost/sending/sealing/sealers.ts";
import { Sealing } from "@sealpost/sending/sealing/sealing.ts";
import {
  forgetSecrets,
  forgetUploads,
  keepSecrets,
  recallSecrets,
  sweepSecrets,
} from "@sealpost/sending/sealing/vault.ts";
import type { FileNotes } from "@sealpost/sending/upload/notes.ts";

import type { Transfer } from "../mail/service.ts";
import type { SealedHere, Words } from "./sealedHere.ts";

class SealedMail implements SealedHere {
  readonly #draft: SealedDraft;
  #password: string | undefined;
  #isKept: boolean;

  constructor(
    private readonly sealing: Sealing,
    password: string | undefined,
    isKept: boolean,
  ) {
    // It is kept here, with the password that the mail has by then.
    this.#draft = new SealedDraft(sealing, "", undefined, false);
    this.#password = password;
    this.#isKept = isKept;
  }

  get secondPart(): string {
    return this.sealing.secondPart;
  }

  get password(): string | undefined {
    return this.#password;
  }

  get isKept(): boolean {
    return this.#isKept;
  }

  readonly makeUp = madeUp;

  carrier(notes: FileNotes) {
    return this.#draft.carrier(notes);
  }

  readonly standing: SealedHere["standing"] = (begun, notes) => this.#draft.standing(begun, notes);

  async bind(stored: Transfer, { subject, password }: Words): Promise<ReadonlyMap<string, Error>> {
    // The key of a password takes a worker a second.
    const other = password === this.#password ? undefined : { is: password };
    await this.sealing.write({ subject, message: "" }, other);
    this.#password = password;
    const unfit = await this.#draft.finish();
    const { id, expires_at: endsAt } = stored;
    this.#isKept = await keepSecrets(id, endsAt, { ...this.sealing.secrets, password });
    return unfit;
  }

  async sent(endsAt: string): Promise<void> {
    await this.#draft.sent(endsAt);
  }

  async forget(): Promise<void> {
    this.#draft.close();
    await forgetSecrets(this.sealing.transfer);
  }

  /** Of a draft that nothing was brought up of yet: with new secrets. */
  static async of(draft: Transfer): Promise<SealedMail> {
    const nothing = { subject: "", message: "", password: undefined };
    const sealing = await Sealing.of(draft, nothing, new Sealers());
    const isKept = await keepSecrets(draft.id, draft.expires_at, sealing.secrets);
    return new SealedMail(sealing, undefined, isKept);
  }
}

/** Fails with `NoSealer` where nothing can be sealed. */
export async function trySealing(): Promise<void> {
  await sweepSecrets(new Date());
  const sealers = new Sealers();
  try {
    const nowhere = new Uint8Array(16);
    const place = { tenant: nowhere, upload: nowhere, sequence: 0n };
    await sealers.seal(new Blob(), Key.generate<"upload">(), place);
  } finally {
    sealers.close();
  }
}

/** What it takes to go on with a draft; nothing if it was sealed elsewhere, or this browser has forgotten how. */
export async function sealedMail(draft: Transfer): Promise<SealedHere | undefined> {
  const secrets = await recallSecrets(draft.id);
  const again = secrets && Sealing.again(draft, secrets, new Sealers());
  if (again) return new SealedMail(again, secrets.password, true);
  return draft.files.length + draft.uploads.length === 0 ? SealedMail.of(draft) : undefined;
}

/** The second part of the link of what was sent, if this browser knows it. Nothing of it is sealed any more. */
export async function secondPartOf({ id, expires_at: endsAt }: Transfer): Promise<string | undefined> {
  const secrets = await recallSecrets(id);
  if (!secrets) return undefined;
  await forgetUploads(id);
  await keepSecrets(id, endsAt, { fragment: secrets.fragment });
  return toBase64url(secrets.fragment);
}
