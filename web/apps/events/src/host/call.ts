import type { Callback } from "./office.ts";

/** What comes of a promise, or nothing once `ms` milliseconds are over or it fails. */
export function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    const end = (value?: Value) => {
      clearTimeout(timer);
      resolve(value);
    };
    promise.then(end, () => end());
  });
}

/**
 * One call of Office.js: its value, or nothing if this host does not know it, it fails, throws, or does not answer in `ms`
 * milliseconds.
 */
export function ask<Value>(
  ms: number,
  call: ((callback: Callback<Value>) => void) | undefined,
): Promise<Value | undefined> {
  if (call === undefined) return Promise.resolve(undefined);
  const answered = new Promise<Value | undefined>((resolve) => {
    call((result) => resolve(result.status === "succeeded" ? result.value : undefined));
  });
  return within(ms, answered);
}
