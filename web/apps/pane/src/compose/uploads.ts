/** Uploads of mails: kept by the browser as those of pages are, apart from them, so that the pane goes on with them. */
import type { Draft } from "@sealpost/sending/new/draft.ts";
import { begun, strange } from "@sealpost/sending/upload/again.ts";
import { Carrier, remove } from "@sealpost/sending/upload/carrier.ts";
import { hold } from "@sealpost/sending/upload/hold.ts";
import { type FileNote, FileNotes } from "@sealpost/sending/upload/notes.ts";
import { UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { forget, forgetFile, keepFile, keepTransfer, recall } from "@sealpost/sending/upload/store.ts";

import { type Bootstrap, part } from "@sealpost/ui";

import type { Transfer } from "../mail/service.ts";
import type { Compose } from "../office/compose.ts";
import { Rewriter, recallFromMail } from "./mailNotes.ts";
import { SealedElsewhere, type SealedHere } from "./sealedHere.ts";

/** What the pane has to know besides, when it is opened again. No link, and nobody's session. */
export interface About {
  /** The language of the block. */
  readonly language?: string | undefined;
  /** One that the service has made up, and said this once. */
  readonly password?: string | undefined;
  /** Whether the password that it is sealed with was made up here. */
  readonly made?: boolean | undefined;
  /** What was put into the mail last, by a number that tells it from others. */
  readonly block?: number | undefined;
  /** Attachments of the mail that are to leave it, by the ids of the files that they have become. */
  readonly taken: Readonly<Record<string, { readonly name: string; readonly size: number }>>;
}

export interface UnderWay {
  readonly queue: UploadQueue;
  readonly notes: FileNotes;
  readonly about: About;
  readonly keep: (about: About) => void;
  /** If it is sealed here. */
  readonly sealed?: SealedHere | undefined;
  /** Takes out of the transfer what nobody here knows of: begun elsewhere, and never finished. */
  readonly removeStrange: (stored: Transfer) => Promise<void>;
  /** Ends it, because it was sent, or is gone; what was kept is kept no longer. */
  readonly end: (how: "sent" | "gone") => Promise<void>;
}

export interface Uploads {
  /**
   * What is under way for a transfer, from now on by this pane; nothing if another one has it. Fails with `SealedElsewhere` if it is
   * sealed, and this browser does not know how.
   */
  readonly take: (transfer: Transfer) => Promise<UnderWay | undefined>;
  /** Whether a rule about a recipient or a kind of files wants it sealed here. */
  readonly mustSeal: (draft: Draft, bootstrap: Bootstrap) => Promise<boolean>;
  /** Fails with `NoSealer` where nothing can be sealed. */
  readonly trySealing: () => Promise<void>;
  /** The second part of the link of what was sealed and sent, if this browser knows it. */
  readonly secondPartOf: (transfer: Transfer) => Promise<string | undefined>;
}

function sealing(): Promise<typeof import("./sealedMail.ts")> {
  return part(() => import("./sealedMail.ts"));
}

/** They go on while the pane stands beside another mail: it is pinned then, and comes back. */
const running = new Map<string, UnderWay>();

export function uploadsOf(user: string, mail: Compose): Uploads {
  return {
    take: async (transfer) => {
      const known = running.get(transfer.id);
      if (known) return known;
      const release = await hold(transfer.id);
      if (!release) return undefined;
      try {
        const underWay = await begin(user, mail, transfer, release);
        running.set(transfer.id, underWay);
        return underWay;
      } catch (error) {
        release();
        throw error;
      }
    },
    mustSeal: async (draft, bootstrap) => {
      const { verdictOf } = await part(() => import("@sealpost/sending/sealing/verdict.ts"));
      return (await verdictOf(draft, bootstrap)).verdict === "required";
    },
    trySealing: async () => (await sealing()).trySealing(),
    secondPartOf: async (transfer) => (await sealing()).secondPartOf(transfer),
  };
}

async function begin(
  user: string,
  mail: Compose,
  transfer: Transfer,
  release: () => void,
): Promise<UnderWay> {
  const { id } = transfer;
  const isSealed = transfer.mode === "zero_knowledge";
  const sealed = isSealed ? await (await sealing()).sealedMail(transfer) : undefined;
  if (isSealed && !sealed) throw new SealedElsewhere();
  // Apart from what pages have begun: those would send it by themselves.
  const place = `/mail#${user}/${id}`;
  const kept = await recall<About>(place);
  // Frames of other sites may be denied all storage: then the mail itself remembers.
  const told = kept ? undefined : await recallFromMail(mail, id);
  const files = kept?.files ?? told?.files ?? [];
  let about: About = kept?.note.about ?? told?.about ?? { taken: {} };
  const note = () => ({ place, transfer: id, endsAt: transfer.expires_at, about });
  if (!kept) await keepTransfer(note());
  // What has come in from elsewhere belongs to the mail all the same, unless nobody here can say how it is sealed.
  const known = sealed ? files : [...files, ...arrivedElsewhere(files, transfer)];
  const notes: FileNotes = new FileNotes(known, {
    keep: (file) => {
      void keepFile(id, file);
      rewriter.soon();
    },
    forget: (file) => {
      void forgetFile(id, file);
      rewriter.soon();
    },
  });
  const rewriter = new Rewriter(mail, () => ({ transfer: id, about, files: notes.all() }));
  const carrier = sealed?.carrier(notes) ?? new Carrier({ transfer: id }, notes);
  const before = begun(notes.all(), transfer);
  const queue = new UploadQueue(carrier, (await sealed?.standing(before, notes.all())) ?? before);
  return {
    queue,
    notes,
    sealed,
    get about() {
      return about;
    },
    keep: (changed) => {
      about = changed;
      void keepTransfer(note());
      rewriter.soon();
    },
    removeStrange: async (stored) => {
      const ours = carrier.kept();
      if (sealed) for (const upload of strange(ours, stored)) await remove(upload);
      else for (const { id: upload } of stored.uploads) if (!ours.has(upload)) await remove(upload);
    },
    end: async (how) => {
      queue.stop();
      running.delete(id);
      await (how === "sent" ? sealed?.sent(transfer.expires_at) : sealed?.forget());
      await rewriter.end();
      await forget(note());
      release();
    },
  };
}

/** Files that have come in from another device, or before the browser forgot: they belong to the mail all the same. */
function arrivedElsewhere(notes: readonly FileNote[], { files }: Transfer): FileNote[] {
  const known = new Set(notes.map(({ upload }) => upload));
  return files
    .filter(({ id }) => !known.has(id))
    .map(({ id, name, size }) => ({ id, path: name ?? "–", size, lastModified: 0, upload: id, marks: [] }));
}
