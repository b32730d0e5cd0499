import type { ChosenFile } from "@sealpost/sending/new/draft.ts";
import { begun, match, strange } from "@sealpost/sending/upload/again.ts";
import { Carrier, type Carries } from "@sealpost/sending/upload/carrier.ts";
import { FileNotes } from "@sealpost/sending/upload/notes.ts";
import { isComplete, type Progress, UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { forget, forgetFile, keepFile } from "@sealpost/sending/upload/store.ts";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { clock } from "../shell/clock.ts";
import { type Accepted, accept } from "./accept.ts";
import { type Arrival, hasEnded } from "./arrive.ts";
import { leaveOut, submission } from "./calls.ts";
import { handOver } from "./handOver.ts";
import type { Note } from "./note.ts";

/** How files go up, and how they are handed over. */
export interface Way {
  readonly carrier: Carries & { readonly kept: () => ReadonlySet<string> };
  readonly queue: UploadQueue;
  /** The note of what was sent; nothing if a file has to be uploaded again, which the queue then says. */
  readonly handOver: (now: Date) => Promise<Note | undefined>;
}

export type Begun = Extract<Arrival, { step: "files" }>;

/** What is known of files, kept for another time. */
export function notesOf({ note, files }: Begun): FileNotes {
  const { transfer } = note;
  return new FileNotes(files, {
    keep: (file) => void keepFile(transfer, file),
    forget: (id) => void forgetFile(transfer, id),
  });
}

/** Files that were begun go on; what comes of each is kept for another time. */
function plain(arrival: Begun): Way {
  const { note, stored, files } = arrival;
  const { transfer, about } = note;
  const carrier = new Carrier({ transfer, bearer: about.grant }, notesOf(arrival));
  const queue = new UploadQueue(carrier, begun(files, stored));
  return { carrier, queue, handOver: (now) => handOver(note, carrier, queue, now) };
}

export interface Handled {
  readonly queue: UploadQueue;
  readonly progress: Progress;
  /** Whether it is to be sent as soon as everything is there. */
  readonly wanted: boolean;
  readonly want: (wanted: boolean) => void;
  readonly sending: boolean;
  readonly error: Error | null;
  /** What was not taken of what was chosen last. */
  readonly refused: Accepted["refused"];
  readonly add: (chosen: readonly ChosenFile[]) => void;
  readonly seen: () => void;
}

/** What is sent in, from its files to the moment in which it was handed over. */
export function useSubmission(
  arrival: Begun,
  onSent: (note: Note) => void,
  onOver: () => void,
  way: (arrival: Begun) => Way = plain,
): Handled {
  const { note } = arrival;
  const [{ queue, carrier, handOver: hand }] = useState(() => way(arrival));
  const progress = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const [wanted, setWanted] = useState(false);
  const [refused, setRefused] = useState<Accepted["refused"]>([]);
  const complete = isComplete(progress);

  const end = async () => {
    queue.stop();
    await forget(note);
    onOver();
  };
  const send = useMutation({
    mutationFn: () => hand(clock.now()),
    onSuccess: (sent) => {
      setWanted(false);
      if (sent) onSent(sent);
    },
    onError: (error) => {
      setWanted(false);
      if (hasEnded(error)) void end();
    },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the last byte is in and it is wanted
  useEffect(() => {
    if (wanted && complete && !send.isPending) send.mutate();
  }, [wanted, complete]);

  // A file hears first that the request was closed, but not always why it is refused: a HEAD has no body.
  const doubt = progress.files.find(({ error }) => hasEnded(error))?.error;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each
  useEffect(() => {
    if (!doubt) return;
    submission(note).catch((error) => {
      if (hasEnded(error)) void end();
    });
  }, [doubt]);

  // What was begun and never noted would take of what is left.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, of what was there when the page was opened
  useEffect(() => {
    for (const id of strange(carrier.kept(), arrival.stored)) leaveOut(note, id).catch(() => {});
  }, []);
  useEffect(() => () => queue.stop(), [queue]);

  return {
    queue,
    progress,
    wanted,
    want: (next) => {
      send.reset();
      setWanted(next);
    },
    sending: send.isPending,
    error: send.error,
    refused,
    add: (chosen) => {
      const { same, other, fresh } = match(
        progress.files.filter(({ state }) => state === "missing"),
        chosen,
      );
      for (const { id, file } of same) queue.give(id, file);
      for (const { id, file } of other) queue.refuse(id, file);
      const accepted = accept(fresh, progress.files, note.about.opened);
      setRefused(accepted.refused);
      queue.add(accepted.taken);
    },
    seen: () => setRefused([]),
  };
}
