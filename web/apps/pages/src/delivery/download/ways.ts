/** By which way something is saved: the first that this browser has. */
import { keepsBeginnings } from "./beginnings.ts";
import { HANDED_OVER, NoWay, saveByWorker } from "./byWorker.ts";
import { contentType } from "./headers.ts";
import { streamed } from "./opened.ts";
import { DownloadError, type Order } from "./order.ts";

/** Most bytes that are held in memory, where there is no other way, or no other that leaves nothing of what fails. */
export const MOST_IN_MEMORY = 64 * 2 ** 20;

/** This browser cannot save so much. */
export class TooBig extends Error {
  override readonly name = "TooBig";
}

/** Chromium's way to write into a file that a person has chosen. */
type Choose = (options: {
  suggestedName: string;
}) => Promise<FileSystemFileHandle & { remove?: () => Promise<void> }>;

/**
 * Saves an order. `taken` hears of bytes as they are. Fails as a `DownloadError`, and with `TooBig` where nothing but memory is left
 * and the order is larger than that may be.
 */
export async function save(order: Order, taken: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  // None of it is on the disk before all of it was opened.
  if (keepsBeginnings() && order.length <= MOST_IN_MEMORY) return saveFromMemory(order, taken, signal);
  try {
    return await saveByWorker(order, taken, signal);
  } catch (error) {
    if (!(error instanceof NoWay)) throw error;
  }
  const choose = (window as { showSaveFilePicker?: Choose }).showSaveFilePicker?.bind(window);
  if (order.length <= MOST_IN_MEMORY) return saveFromMemory(order, taken, signal);
  if (!choose) throw new TooBig();
  return saveWhereChosen(choose, order, taken, signal);
}

/** Into a file that a person chooses. What breaks off leaves none. */
async function saveWhereChosen(
  choose: Choose,
  order: Order,
  taken: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const handle = await choose({ suggestedName: order.name }).catch((error: unknown) => {
    // Also said where the click is too long ago to choose by.
    throw new DownloadError(
      error instanceof DOMException && error.name === "AbortError" ? "cancelled" : "unsaved",
    );
  });
  await whole(order, taken, signal, async (stream) => {
    try {
      await stream.pipeTo(await handle.createWritable());
    } catch (error) {
      await handle.remove?.().catch(() => {});
      throw error;
    }
  });
}

async function saveFromMemory(
  order: Order,
  taken: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let blob = new Blob();
  await whole(order, taken, signal, async (stream) => {
    blob = await new Response(stream, { headers: { "Content-Type": contentType(order.type) } }).blob();
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = order.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), HANDED_OVER);
}

/** Has all of an order taken; what the taker cannot write is `unsaved`. */
async function whole(
  order: Order,
  taken: (bytes: number) => void,
  signal: AbortSignal,
  take: (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<void>,
): Promise<void> {
  let why: DownloadError["why"] | undefined;
  const ended = (reason?: DownloadError["why"]) => {
    why = reason;
  };
  try {
    await take(streamed(order, { taken, ended }, signal));
  } catch {
    throw new DownloadError(why ?? "unsaved");
  }
}
