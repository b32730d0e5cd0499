import { answer, NoConnection, type Shape } from "@sealpost/api-client";
import { api, type Bootstrap } from "@sealpost/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";

import { asRequest, type Draft, empty } from "./draft.ts";
import { Form } from "./Form.tsx";
import type { UnderWay } from "./underWay.ts";

// What comes after the form comes after it, too.
const later = {
  begun: () => import("./Begun.tsx"),
  underWay: () => import("./underWay.ts"),
  uploading: () => import("../upload/Uploading.tsx"),
  links: () => import("./Links.tsx"),
};
const Begun = lazy(later.begun);
const Uploading = lazy(later.uploading);
const Links = lazy(later.links);

/** All that is needed until it is sent, so that nothing of it is missing when the network is. */
async function ready(): Promise<typeof import("./underWay.ts")> {
  try {
    const [underWay] = await Promise.all([later.underWay(), later.uploading(), later.links()]);
    return underWay;
  } catch {
    throw new NoConnection();
  }
}

/** How far it has come. */
type Stage =
  | { readonly step: "writing" }
  | { readonly step: "uploading"; readonly underWay: UnderWay }
  | { readonly step: "sent"; readonly sent: Shape<"SentTransfer">; readonly password: string | undefined };

/** A new transfer: written, its files brought up, sent, its links shown. What was written stays until then. */
export function NewTransfer({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const queries = useQueryClient();
  const { id: user } = bootstrap.user;
  const [draft, setDraft] = useState(() => empty(bootstrap));
  const [stage, setStage] = useState<Stage>({ step: "writing" });

  const upload = (underWay: UnderWay) => {
    sending.reset();
    setStage({ step: "uploading", underWay });
  };
  const create = useMutation({
    mutationFn: async (written: Draft) => {
      const { begin } = await ready();
      const body = asRequest(written, bootstrap, new Date());
      return begin(user, await answer(api.POST("/api/v1/transfers", { body })), written);
    },
    onSuccess: upload,
  });
  const sending = useMutation({
    mutationFn: async (underWay: UnderWay) => (await ready()).send(underWay),
    onSuccess: (sent, { note }) => {
      if (!sent) return;
      void queries.invalidateQueries({ queryKey: ["transfers"] });
      setStage({ step: "sent", sent, password: note.about.password });
    },
  });

  const change = (changed: Partial<Draft>) => {
    create.reset();
    sending.reset();
    setDraft((before) => ({ ...before, ...changed }));
  };
  const cancel = ({ queue, note, release }: UnderWay) => {
    queue.stop();
    // What stays behind all the same ends by itself.
    void ready()
      .then(({ discard }) => discard(note))
      .catch(() => {})
      .then(release);
    setStage({ step: "writing" });
  };
  const again = () => {
    create.reset();
    setDraft(empty(bootstrap));
    setStage({ step: "writing" });
  };

  switch (stage.step) {
    case "writing":
      return (
        <>
          <Suspense fallback={null}>
            <Begun user={user} onGoOn={upload} />
          </Suspense>
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
        <Uploading
          queue={stage.underWay.queue}
          error={sending.error}
          onComplete={() => sending.mutate(stage.underWay)}
          onCancel={() => cancel(stage.underWay)}
        />
      );
    case "sent":
      return <Links sent={stage.sent} password={stage.password} onAgain={again} />;
  }
}
