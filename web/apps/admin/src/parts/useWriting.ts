import { type TextKey, useSpeech } from "@sealpost/ui";
import { useState } from "react";

type Faults<Draft> = Readonly<Partial<Record<keyof Draft, TextKey>>>;

interface Writing<Draft> {
  readonly draft: Draft;
  readonly change: (next: Partial<Draft>) => void;
  /** What is told of a field. */
  readonly fault: (field: keyof Draft) => string | undefined;
  /** Tells what is wrong, and whether nothing is. */
  readonly check: () => boolean;
}

/** Something while it is written. Nothing is told before one has tried, and what was told goes when it is mended. */
export function useWriting<Draft extends object>(
  start: Draft,
  faultsOf: (draft: Draft) => Faults<Draft>,
): Writing<Draft> {
  const { t } = useSpeech();
  const [draft, setDraft] = useState(start);
  const [hasTried, setTried] = useState(false);
  const faults = faultsOf(draft);
  const isFine = Object.keys(faults).length === 0;
  return {
    draft,
    change: (next) => setDraft((before) => ({ ...before, ...next })),
    fault: (field) => {
      const text = hasTried ? faults[field] : undefined;
      return text && t(text);
    },
    check: () => {
      setTried(!isFine);
      return isFine;
    },
  };
}
