/** What page and worker say to each other. Keys cross as bytes: both are the same script of the same origin. */
import type { Bytes } from "./bytes.ts";
import type { PartPlace } from "./context.ts";
import type { Fault } from "./error.ts";
import type { SealedPart } from "./part.ts";
import type { Span } from "./reading.ts";

/** What there is to do, and what comes of each. */
export interface Tasks {
  seal: {
    /** `file` is the same number as long as the page means the same file. */
    wanted: {
      file: number;
      source: Blob;
      span: Span;
      key: Bytes;
      place: PartPlace;
      memory: ArrayBuffer | undefined;
    };
    done: SealedPart;
  };
  derive: { wanted: { password: string; parameters: Bytes }; done: Bytes };
}

export type Request = {
  [Name in keyof Tasks]: { id: number; task: Name; wanted: Tasks[Name]["wanted"] };
}[keyof Tasks];

/** Nothing more of this file is wanted for now. Has no answer. */
export interface Leave {
  readonly leave: number;
}

export type Answer =
  | { id: number; done: Tasks[keyof Tasks]["done"] }
  | { id: number; failed: { kind: Fault; more: string } };

/** One end of what they talk through: a worker, its global scope, or a port. */
export interface Line {
  postMessage(message: Request | Leave | Answer, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}
