import { answer, type Shape } from "@sealpost/api-client";
import { api, type Bootstrap } from "@sealpost/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Carrier } from "../upload/carrier.ts";
import { leaveOut } from "../upload/leaveOut.ts";
import { UploadQueue } from "../upload/queue.ts";
import { Uploading } from "../upload/Uploading.tsx";
import { asRequest, type Draft, empty } from "./draft.ts";
import { Form } from "./Form.tsx";
import { Links } from "./Links.tsx";

/** A draft with the files that come into it. */
interface Uploaded {
  readonly queue: UploadQueue;
  readonly carrier: Carrier;
  readonly created: Shape<"Transfer">;
}

/** How far it has come. */
type Stage =
  | { readonly step: "writing" }
  | ({ readonly step: "uploading" } & Uploaded)
  | { readonly step: "sent"; readonly sent: Shape<"SentTransfer">; readonly created: Shape<"Transfer"> };

/** A new transfer: written, its files brought up, sent, its links shown. What was written stays until then. */
export function NewTransfer({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => empty(bootstrap));
  const [stage, setStage] = useState<Stage>({ step: "writing" });

  const create = useMutation({
    mutationFn: (written: Draft) =>
      answer(api.POST("/api/v1/transfers", { body: asRequest(written, bootstrap, new Date()) })),
    onSuccess: (created, { files }) => {
      send.reset();
      const carrier = new Carrier({ transfer: created.id });
      const queue = new UploadQueue(carrier);
      queue.add(files);
      setStage({ step: "uploading", queue, carrier, created });
    },
  });
  const send = useMutation({
    mutationFn: async ({ carrier, created: { id } }: Uploaded) => {
      await leaveOut(id, carrier.kept());
      return answer(
        api.POST("/api/v1/transfers/{transfer_id}/send", { params: { path: { transfer_id: id } } }),
      );
    },
    onSuccess: (sent, { created }) => {
      void queries.invalidateQueries({ queryKey: ["transfers"] });
      setStage({ step: "sent", sent, created });
    },
  });
  // A draft that stays behind is nobody's trouble: it has no link, and ends by itself.
  const drop = useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/v1/transfers/{transfer_id}", { params: { path: { transfer_id: id } } })),
  });

  const change = (changed: Partial<Draft>) => {
    create.reset();
    send.reset();
    setDraft((before) => ({ ...before, ...changed }));
  };
  const cancel = ({ queue, created }: Uploaded) => {
    queue.stop();
    drop.mutate(created.id);
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
        <Form
          bootstrap={bootstrap}
          draft={draft}
          busy={create.isPending}
          error={create.error ?? send.error}
          onChange={change}
          onSubmit={(written) => create.mutate(written)}
        />
      );
    case "uploading":
      return (
        <Uploading
          queue={stage.queue}
          error={send.error}
          onComplete={() => send.mutate(stage)}
          onCancel={() => cancel(stage)}
        />
      );
    case "sent":
      return <Links sent={stage.sent} password={stage.created.generated_password} onAgain={again} />;
  }
}
