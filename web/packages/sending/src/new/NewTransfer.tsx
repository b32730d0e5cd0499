import { answer } from "@sealpost/api-client";
import { api, type Bootstrap, Later, part, useCarefulLeaving } from "@sealpost/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { asRequest, type Draft, empty, isWritten } from "./draft.ts";
import { Form } from "./Form.tsx";
import { isSealedAtFirst } from "./sealingChoice.ts";
import type { Sent, UnderWay } from "./underWay.ts";

// What comes after the form comes after it, too.
const later = {
  begun: () => import("./Begun.tsx"),
  underWay: () => import("./underWay.ts"),
  uploading: () => import("../upload/Uploading.tsx"),
  links: () => import("./Links.tsx"),
  tus: () => import("tus-js-client"),
  sealing: () => import("../sealing/sealedDraft.ts"),
};

/** All that is needed until it is sent, so that nothing of it is missing when the network is. */
async function ready(): Promise<typeof import("./underWay.ts")> {
  const all = () => Promise.all([later.underWay(), later.uploading(), later.links(), later.tus()]);
  const [underWay] = await part(all);
  return underWay;
}

/** How far it has come. */
type Stage =
  | { readonly step: "writing" }
  | { readonly step: "uploading"; readonly underWay: UnderWay }
  | { readonly step: "sent"; readonly what: Sent };

/** A new transfer: written, its files brought up, sent, its links shown. What was written stays until then. */
export function NewTransfer({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const queries = useQueryClient();
  const { id: user } = bootstrap.user;
  const fresh = (): Draft => ({ ...empty(bootstrap), sealed: isSealedAtFirst(bootstrap) });
  const [draft, setDraft] = useState(fresh);
  const [stage, setStage] = useState<Stage>({ step: "writing" });
  useCarefulLeaving(stage.step === "writing" && isWritten(draft));

  const upload = (underWay: UnderWay) => {
    sending.reset();
    setStage({ step: "uploading", underWay });
  };
  const create = useMutation({
    mutationFn: async (written: Draft) => {
      const { begin } = await ready();
      const body = asRequest(written, bootstrap, new Date());
      if (written.sealed) {
        const { beginSealed } = await part(later.sealing);
        return beginSealed(user, written, body, bootstrap.policy.password_min_chars);
      }
      return begin(user, await answer(api.POST("/api/v1/transfers", { body })), written);
    },
    onSuccess: upload,
  });
  const sending = useMutation({
    mutationFn: async (underWay: UnderWay) => (await ready()).send(underWay),
    onSuccess: (what) => {
      if (!what) return;
      void queries.invalidateQueries({ queryKey: ["transfers"] });
      setStage({ step: "sent", what });
    },
  });

  const change = (changed: Partial<Draft>) => {
    create.reset();
    sending.reset();
    setDraft((before) => ({ ...before, ...changed }));
  };
  const cancel = ({ queue, note, sealed, release }: UnderWay) => {
    queue.stop();
    sealed?.close();
    // What stays behind all the same ends by itself.
    void ready()
      .then(({ discard }) => discard(note))
      .catch(() => {})
      .then(release);
    setStage({ step: "writing" });
  };
  const again = () => {
    create.reset();
    setDraft(fresh());
    setStage({ step: "writing" });
  };

  switch (stage.step) {
    case "writing":
      return (
        <>
          <Later name="begun" load={later.begun} silent>
            {(Begun) => <Begun user={user} onGoOn={upload} />}
          </Later>
          <Form
            bootstrap={bootstrap}
            draft={draft}
            busy={create.isPending}
            error={create.error ?? sending.error}
            onChange={change}
            onSubmit={(written) => create.mutate(written)}
          />
        </>
      );
    case "uploading":
      return (
        <Later name="uploading" load={later.uploading}>
          {(Uploading) => (
            <Uploading
              queue={stage.underWay.queue}
              error={sending.error}
              onComplete={() => sending.mutate(stage.underWay)}
              onCancel={() => cancel(stage.underWay)}
            />
          )}
        </Later>
      );
    case "sent":
      return (
        <Later name="links" load={later.links}>
          {(Links) => <Links {...stage.what} onAgain={again} />}
        </Later>
      );
  }
}
