import type { Handled } from "./api.ts";
import { ask, MISSING } from "./call.ts";

/**
 * Calls `then` whenever something of this type happens, until the answer is called. Nothing happens where Outlook does not tell:
 * whoever listens has to read anew now and then. The handler itself stays: Outlook takes those of one type off together only, and
 * somebody else may listen.
 */
export async function handle(
  of: Handled | undefined,
  type: string,
  then: (event: unknown) => void,
): Promise<() => void> {
  let listening = true;
  const handler = (event: unknown) => {
    if (listening) then(event);
  };
  await ask<Handled, void>("addHandlerAsync", of, (some, callback) =>
    some.addHandlerAsync ? some.addHandlerAsync(type, handler, callback) : MISSING,
  ).catch(() => {});
  return () => {
    listening = false;
  };
}
