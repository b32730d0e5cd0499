import { useEffect, useState } from "react";

import { clock } from "./clock.ts";

/** Whole seconds until then, by the service's clock; counts down as they pass. */
export function useCountdown(time: string | undefined): number {
  const left = () => (time ? Math.ceil(clock.until(time)) : 0);
  const [seconds, setSeconds] = useState(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `left` is of the time
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1000);
    return () => clearInterval(timer);
  }, [time]);
  return seconds;
}
