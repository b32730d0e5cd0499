import type { Shape } from "@sealpost/api-client";
import { Problem } from "@sealpost/api-client";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Asked } from "./Asked.tsx";
import { CodeStep } from "./CodeStep.tsx";
import { askCode, begin } from "./calls.ts";
import {
  type About,
  keepPending,
  NOBODY,
  type Opened,
  type Pending,
  recallPending,
  type Who,
} from "./note.ts";
import type { OutsidePlace } from "./place.ts";
import { Steps } from "./Steps.tsx";
import { WhoStep } from "./WhoStep.tsx";

interface Props {
  readonly place: OutsidePlace;
  readonly opened: Opened;
  readonly onBegun: (transfer: string, endsAt: string, about: About) => Promise<void>;
  readonly onOver: () => void;
}

/** Who sends in, and a code if one is asked for. */
export function Asking({ place, opened, onBegun, onOver }: Props): ReactNode {
  const [pending, setPending] = useState(() => (opened.asksCode ? recallPending(place.path) : undefined));
  const [moved, setMoved] = useState(false);
  const [said, setSaid] = useState<Who>(pending ?? NOBODY);

  const keep = (next: Pending | undefined) => {
    keepPending(place.path, next);
    setPending(next);
    setMoved(true);
  };
  const onError = (error: Error) => {
    if (error instanceof Problem && error.code === "link_unavailable") onOver();
  };
  const begun = async (who: Who, { submission_id, grant, expires_at }: Shape<"BegunSubmission">) => {
    keepPending(place.path, undefined);
    await onBegun(submission_id, expires_at, { opened, who, grant });
  };
  const ask = useMutation({
    mutationFn: (who: Who) => askCode(place, who.email),
    onSuccess: ({ challenge, resend_at, expires_at }, who) =>
      keep({ ...who, challenge, resendAt: resend_at, expiresAt: expires_at, wrong: 0 }),
    onError,
  });
  const start = useMutation({
    mutationFn: async (who: Who) => begun(who, await begin(place, who)),
    onError,
  });
  const show = useMutation({
    mutationFn: async ({ code, waiting }: { code: string; waiting: Pending }) =>
      begun(waiting, await begin(place, waiting, { code, challenge: waiting.challenge })),
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
          busy={ask.isPending || start.isPending}
          error={ask.error ?? start.error}
          onSubmit={(who) => {
            setSaid(who);
            if (opened.asksCode) ask.mutate(who);
            else start.mutate(who);
          }}
        />
      )}
    </>
  );
}
