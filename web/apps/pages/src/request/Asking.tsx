import { NoConnection, Problem } from "@sealpost/api-client";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Asked } from "./Asked.tsx";
import { type Arrival, isUnavailable, justBegun } from "./arrive.ts";
import { CodeStep } from "./CodeStep.tsx";
import { askCode, begin } from "./calls.ts";
import { keepPending, NOBODY, type Opened, type Pending, recallPending, type Who } from "./note.ts";
import type { OutsidePlace } from "./place.ts";
import { Steps } from "./Steps.tsx";
import { WhoStep } from "./WhoStep.tsx";
import { begunBefore, keyFor } from "./wish.ts";

/** How often it is asked again by itself if no answer comes. */
const AGAIN = 2;

interface Props {
  readonly place: OutsidePlace;
  readonly opened: Opened;
  /** What was said before, and never answered. */
  readonly before: Who | undefined;
  readonly onBegun: (arrival: Arrival) => void;
  readonly onOver: () => void;
}

/** Who sends in, and a code if one is asked for. */
export function Asking({ place, opened, before, onBegun, onOver }: Props): ReactNode {
  const [pending, setPending] = useState(() => (opened.asksCode ? recallPending(place.path) : undefined));
  const [moved, setMoved] = useState(false);
  const [said, setSaid] = useState<Who>(pending ?? before ?? NOBODY);

  const keep = (next: Pending | undefined) => {
    keepPending(place.path, next);
    setPending(next);
    setMoved(true);
  };
  const onError = (error: Error) => {
    if (isUnavailable(error)) onOver();
  };
  const asked = async (who: Who, shown?: { readonly code: string; readonly challenge: string }) => {
    const key = await keyFor(place.path, opened, who);
    try {
      return { opened, who, begun: await begin(place, who, opened.sealing !== undefined, key, shown) };
    } catch (error) {
      // What took the last of the link may be this browser's own, said otherwise.
      const earlier = isUnavailable(error) ? await begunBefore(place) : undefined;
      if (earlier) return earlier;
      throw error;
    }
  };
  const start = async (who: Who, shown?: { readonly code: string; readonly challenge: string }) => {
    const arrival = await justBegun(place, await asked(who, shown));
    keepPending(place.path, undefined);
    onBegun(arrival);
  };
  const retry = (failed: number, error: Error) => error instanceof NoConnection && failed < AGAIN;
  const ask = useMutation({
    mutationFn: (who: Who) => askCode(place, who.email),
    onSuccess: ({ challenge, resend_at, expires_at }, who) =>
      keep({ ...who, challenge, resendAt: resend_at, expiresAt: expires_at, wrong: 0 }),
    onError,
  });
  const beginning = useMutation({ mutationFn: (who: Who) => start(who), retry, onError });
  const show = useMutation({
    mutationFn: ({ code, waiting }: { code: string; waiting: Pending }) =>
      start(waiting, { code, challenge: waiting.challenge }),
    retry,
    onError: (error, { waiting }) => {
      onError(error);
      if (error instanceof Problem && error.code === "wrong_code")
        keep({ ...waiting, wrong: waiting.wrong + 1 });
    },
  });

  return (
    <>
      <Asked opened={opened} whole />
      <Steps current={pending ? "code" : "who"} code={opened.asksCode} />
      {pending ? (
        <CodeStep
          pending={pending}
          busy={show.isPending}
          error={show.error ?? ask.error}
          asking={ask.isPending}
          onCode={(code) => {
            ask.reset();
            show.mutate({ code, waiting: pending });
          }}
          onAnother={() => {
            show.reset();
            ask.mutate(pending);
          }}
          onBack={() => {
            show.reset();
            ask.reset();
            keep(undefined);
          }}
        />
      ) : (
        <WhoStep
          opened={opened}
          said={said}
          taken={moved}
          busy={ask.isPending || beginning.isPending}
          error={ask.error ?? beginning.error}
          onSubmit={(who) => {
            setSaid(who);
            if (opened.asksCode) ask.mutate(who);
            else beginning.mutate(who);
          }}
        />
      )}
    </>
  );
}
