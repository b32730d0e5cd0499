import { told, useSpeech } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { USERS, users } from "./api.ts";
import type { Line } from "./table.ts";

/** What has come of a line so far; a text says why nothing did. */
export type Outcome = "made" | { readonly refused: string };

interface Run {
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly isRunning: boolean;
  readonly start: (lines: readonly Line[], invites: boolean) => Promise<void>;
  /** Lets the line that is being made come to its end, and begins no other. */
  readonly stop: () => void;
  readonly forget: () => void;
}

/** Makes users line by line, one after the other, and keeps what has come of each: the service makes one at a time. */
export function useImport(): Run {
  const { t } = useSpeech();
  const guarded = useGuarded();
  const queries = useQueryClient();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map());
  const [isRunning, setIsRunning] = useState(false);
  const goesOn = useRef(false);

  const make = async ({ email, name, role }: Line, invites: boolean): Promise<Outcome> => {
    try {
      const { id } = await users.create({ email, name, role });
      if (invites) await guarded(() => users.reset(id, { password: true }));
      return "made";
    } catch (error) {
      return { refused: told(error instanceof Error ? error : new Error(String(error)), t) };
    }
  };
  const start = async (lines: readonly Line[], invites: boolean) => {
    goesOn.current = true;
    setIsRunning(true);
    for (const line of lines) {
      if (!goesOn.current) break;
      const outcome = await make(line, invites);
      setOutcomes((before) => new Map(before).set(line.line, outcome));
    }
    setIsRunning(false);
    await Promise.all(
      [USERS, ["admin", "licence"]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  };
  return {
    outcomes,
    isRunning,
    start,
    stop: () => {
      goesOn.current = false;
    },
    forget: () => setOutcomes(new Map()),
  };
}
