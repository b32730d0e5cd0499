import { Problem } from "@sealpost/api-client";
import { empty } from "@sealpost/sending/new/draft.ts";
import { isSealedAtFirst } from "@sealpost/sending/new/sealingChoice.ts";
import { type Bootstrap, onCarried, part, useSpeech } from "@sealpost/ui";
import { useEffect, useState, useSyncExternalStore } from "react";

import { wordsOf } from "../block/words.ts";
import { service } from "../mail/service.ts";
import type { Compose } from "../office/compose.ts";
import { useHost } from "../office/HostProvider.tsx";
import { BlockKeeper } from "./blockKeeper.ts";
import { Sending } from "./sending.ts";
import type { State } from "./state.ts";
import { type Takes, Taking } from "./taking.ts";
import type { Uploads } from "./uploads.ts";

const PATIENCE = 900;

export interface Using {
  readonly sending: Sending;
  readonly state: State;
  readonly taking: Taking;
  readonly takes: Takes;
}

/** What uploads needs nobody who has no file yet. */
function later(user: string, mail: Compose): Uploads {
  const uploads = async () => (await part(() => import("./uploads.ts"))).uploadsOf(user, mail);
  return {
    take: async (transfer) => (await uploads()).take(transfer),
    mustSeal: async (draft, bootstrap) => (await uploads()).mustSeal(draft, bootstrap),
    trySealing: async () => (await uploads()).trySealing(),
    secondPartOf: async (transfer) => (await uploads()).secondPartOf(transfer),
  };
}

/** The transfer of a mail, as long as its pane is there. */
export function useSending(mail: Compose, bootstrap: Bootstrap, onRemoved: () => void): Using {
  const host = useHost();
  const { language } = useSpeech();
  const [{ sending, taking }] = useState(() => {
    const made = new Sending(
      {
        mail,
        settings: host.settings,
        service,
        uploads: later(bootstrap.user.id, mail),
        block: new BlockKeeper(mail, wordsOf),
        origin: window.location.origin,
        now: () => new Date(),
        patience: PATIENCE,
      },
      bootstrap,
      { ...empty(bootstrap), sealed: isSealedAtFirst(bootstrap) },
      language,
    );
    return { sending: made, taking: new Taking(mail, made, onRemoved) };
  });
  const state = useSyncExternalStore(sending.subscribe, sending.snapshot);
  const takes = useSyncExternalStore(taking.subscribe, taking.snapshot);

  useEffect(() => {
    void sending.start();
    return () => sending.stop();
  }, [sending]);
  const { block, complete, underWay } = state;
  useEffect(() => {
    if (underWay) taking.goOn().catch(() => {});
  }, [taking, underWay]);
  // What waits for the link to be in the mail waits no longer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of these is what it waits for
  useEffect(() => {
    void taking.settle();
  }, [taking, block, complete]);
  // Uploads that have stopped because a session had ended go on with the next one.
  useEffect(
    () =>
      onCarried(() => {
        for (const { id, error } of underWay?.queue.snapshot().files ?? [])
          if (error instanceof Problem && error.status === 401) underWay?.queue.retry(id);
      }),
    [underWay],
  );
  return { sending, state, taking, takes };
}
