import { answer, type Shape } from "@sealpost/api-client";
import { api, type Bootstrap } from "@sealpost/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { forget } from "../upload/store.ts";
import { Uploading } from "../upload/Uploading.tsx";
import { Begun } from "./Begun.tsx";
import { asRequest, type Draft, empty } from "./draft.ts";
import { Form } from "./Form.tsx";
import { Links } from "./Links.tsx";
import { begin, discard, send, type UnderWay } from "./underWay.ts";

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
      const body = asRequest(written, bootstrap, new Date());
      return begin(user, await answer(api.POST("/api/v1/transfers", { body })), written);
    },
    onSuccess: upload,
  });
  const sending = useMutation({
    mutationFn: send,
    onSuccess: (sent, { note, release }) => {
      if (!sent) return;
      void forget(note).then(release);
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
    void discard(note)
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
          <Begun user={user} onGoOn={upload} />
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
