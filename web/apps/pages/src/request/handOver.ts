/** The last step: what has arrived is what was read here, nothing else is there, and it is handed over. */
import { differing, strange } from "@sealpost/sending/upload/again.ts";
import type { Carrier } from "@sealpost/sending/upload/carrier.ts";
import type { UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { keepSent } from "./arrive.ts";
import { leaveOut, send, submission } from "./calls.ts";
import type { Note } from "./note.ts";

/** The note of what was sent; `undefined` if a file has to be uploaded again, which the queue then says. */
export async function handOver(
  note: Note,
  carrier: Carrier,
  queue: UploadQueue,
  now: Date,
): Promise<Note | undefined> {
  const stored = await submission(note);
  if (!stored.sent_at) {
    const doubtful = differing(carrier.notes.all(), stored);
    for (const id of doubtful) queue.doubt(id);
    if (doubtful.length > 0) return undefined;
    for (const id of strange(carrier.kept(), stored)) await leaveOut(note, id);
  }
  const sent = await send(note);
  return keepSent(note, sent, sent.sent_at ?? now.toISOString());
}
