/** What is known of the files of a transfer, so that they can go on after the page was closed. */

export interface FileNote {
  readonly id: string;
  /** Folders and name, as it was chosen. */
  readonly path: string;
  readonly size: number;
  /** As the device said, in unix milliseconds. */
  readonly lastModified: number;
  /** What the service knows the upload by, and the file that comes of it; absent as long as it has not begun. */
  readonly upload?: string | undefined;
  /** As a `Digest` has them. */
  readonly marks: readonly number[];
  /** CRC-32 of all of it, once all of it was read. */
  readonly crc?: number | undefined;
}

/** Where notes are kept for another time. */
export interface Keeping {
  readonly keep: (note: FileNote) => void;
  readonly forget: (id: string) => void;
}

const NOWHERE: Keeping = { keep: () => {}, forget: () => {} };

export class FileNotes {
  readonly #notes = new Map<string, FileNote>();

  constructor(
    known: readonly FileNote[] = [],
    private readonly keeping: Keeping = NOWHERE,
  ) {
    for (const note of known) this.#notes.set(note.id, note);
  }

  get(id: string): FileNote | undefined {
    return this.#notes.get(id);
  }

  all(): readonly FileNote[] {
    return [...this.#notes.values()];
  }

  set(note: FileNote): void {
    this.#notes.set(note.id, note);
    this.keeping.keep(note);
  }

  /** Changes what is known of a file, if it is one still. */
  change(id: string, change: Partial<FileNote>): void {
    const note = this.#notes.get(id);
    if (note) this.set({ ...note, ...change });
  }

  delete(id: string): void {
    this.#notes.delete(id);
    this.keeping.forget(id);
  }
}
