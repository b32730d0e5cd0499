/** Files out of what was chosen or dropped, folders with all that is in them. */
import type { ChosenFile } from "./draft.ts";

function chosen(file: File, path: string): ChosenFile {
  return { id: crypto.randomUUID(), file, path };
}

/** What a field for files or for a folder has. */
export function fromList(list: FileList | null): ChosenFile[] {
  return [...(list ?? [])].map((file) => chosen(file, file.webkitRelativePath || file.name));
}

/** What was dropped. Has to be called while the event is handled: later there is nothing in it any more. */
export async function fromDrop(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  return entries.length > 0 ? (await Promise.all(entries.map(below))).flat() : fromList(transfer.files);
}

async function below(entry: FileSystemEntry): Promise<ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFile(entry))
    return [chosen(await new Promise<File>((done, failed) => entry.file(done, failed)), path)];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: ChosenFile[] = [];
  // A reader gives a hundred entries at most each time, and none when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(below))).flat());
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
