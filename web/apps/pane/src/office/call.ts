import type { Callback } from "./api.ts";

/** Office.js has not done what it was asked for. */
export class OfficeFault extends Error {
  override readonly name = "OfficeFault";

  constructor(
    /** What was asked, as Office.js calls it. */
    readonly call: string,
    /**
     * `missing`: this Outlook does not know it. `late`: it has not answered. `failed`: it has said no, and may have said why
     * (`code`).
     */
    readonly why: "missing" | "late" | "failed",
    readonly code?: number | undefined,
    said = "",
  ) {
    super(`${call}: ${why}${said && `, ${said}`}`);
  }
}

/** How long a call may take in milliseconds, unless it brings something big. */
export const CALL_MS = 10_000;
/** Outlook takes three calls at once, and refuses others. */
const LANES = 3;

let free = LANES;
const queue: (() => void)[] = [];

async function lane(): Promise<() => void> {
  if (free > 0) free -= 1;
  else await new Promise<void>((go) => queue.push(go));
  return () => {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  };
}

/**
 * One call of Office.js, in `ms` milliseconds from when its turn has come; throws [`OfficeFault`]. `of` is what it is a method
 * of: that, or the method, may be missing.
 */
export async function ask<Of, Value>(
  name: string,
  of: Of | null | undefined,
  call: (of: Of, callback: Callback<Value>) => unknown,
  ms: number = CALL_MS,
): Promise<Value> {
  if (of === null || of === undefined) throw new OfficeFault(name, "missing");
  const leave = await lane();
  try {
    return await new Promise<Value>((done, failed) => {
      const timer = setTimeout(() => failed(new OfficeFault(name, "late")), ms);
      const answered: Callback<Value> = ({ status, value, error }) => {
        clearTimeout(timer);
        if (status === "succeeded") done(value);
        else failed(new OfficeFault(name, "failed", error?.code, error?.message));
      };
      try {
        // `?.()` of a method that is missing answers this, and never calls back.
        if (call(of, answered) === MISSING) throw new OfficeFault(name, "missing");
      } catch (error) {
        clearTimeout(timer);
        failed(
          error instanceof OfficeFault ? error : new OfficeFault(name, "failed", undefined, String(error)),
        );
      }
    });
  } finally {
    leave();
  }
}

/** What a call answers whose method is not there. */
export const MISSING = Symbol("missing");
