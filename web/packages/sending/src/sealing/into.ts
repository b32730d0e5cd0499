/** A transfer that files are sealed into: a sender's own draft, or what somebody outside sends in. */
import type { Findings } from "@sealpost/content/files";
import type { TransferPlace } from "@sealpost/sealed";

import type { Room } from "./room.ts";
import type { Sealers } from "./sealers.ts";

export interface Into {
  readonly transfer: string;
  readonly place: TransferPlace;
  readonly sealers: Sealers;
  /** Parts of all its files share it. */
  readonly room: Room;
  /** The right to add files, unless the session has it. */
  readonly bearer?: string | undefined;
  /** What a file is, where rules are asked about that before it is sealed. Fails if they refuse it. */
  look?(name: string, file: Blob): Promise<Findings>;
  /** Takes an upload, or the file that has come of it, out of the transfer, and forgets how it was sealed. */
  remove(upload: string): Promise<void>;
}
