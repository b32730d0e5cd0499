import { useEffect } from "react";

import type { UploadQueue } from "./queue.ts";

/** Milliseconds after which what has failed for want of a network is tried again by itself. */
const PATIENCE = 10_000;

/** Goes on when the network is back, or the device awake: browsers do not always say so. A pause stays a pause. */
export function usePersistence(queue: UploadQueue): void {
  useEffect(() => {
    const resume = () => {
      if (!queue.snapshot().paused && document.visibilityState === "visible") queue.resume();
    };
    const timer = setInterval(() => {
      if (!queue.snapshot().paused) queue.resume();
    }, PATIENCE);
    window.addEventListener("online", resume);
    document.addEventListener("visibilitychange", resume);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", resume);
      document.removeEventListener("visibilitychange", resume);
    };
  }, [queue]);
}
