import { Spinner } from "@fluentui/react-components";
import { Heading, Later, part, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Outside } from "../shell/Outside.tsx";
import { Asking } from "./Asking.tsx";
import { type Arrival, arrive } from "./arrive.ts";
import { Over } from "./Over.tsx";
import type { OutsidePlace } from "./place.ts";
import { Receipt } from "./Receipt.tsx";
import { Trouble } from "./Trouble.tsx";

const files = () => import("./Held.tsx");

/** The page behind the link of an upload request, and of a portal: who asks, who sends, files, receipt. Nobody has to sign in. */
export default function RequestPage({ place }: { readonly place: OutsidePlace }): ReactNode {
  const { t } = useSpeech();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["arrival", place.path],
    queryFn: () => arrive(place),
    // Asked once: from then on the page knows better.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const [moved, setMoved] = useState<Arrival>();
  const arrival = moved ?? data;
  const opened = arrival && openedOf(arrival);
  const title = opened?.title ?? t("request.title");

  useEffect(() => {
    // Fetched while somebody says who he is; if that fails, it is tried again when it is needed.
    part(files).catch(() => {});
  }, []);
  useEffect(() => {
    document.title = opened ? `${title} – ${opened.branding.name}` : title;
  }, [title, opened]);

  return (
    <Outside branding={opened?.branding} safe="request.safe">
      {arrival ? (
        <Stage place={place} arrival={arrival} onMove={setMoved} />
      ) : error ? (
        <>
          <Heading>{title}</Heading>
          <Trouble error={error} busy={isFetching} retry={() => void refetch()} />
        </>
      ) : (
        <Spinner label={t("shell.loading")} />
      )}
    </Outside>
  );
}

interface StageProps {
  readonly place: OutsidePlace;
  readonly arrival: Arrival;
  readonly onMove: (arrival: Arrival) => void;
}

function Stage({ place, arrival, onMove }: StageProps): ReactNode {
  const over = (why: "unavailable" | "closed") => onMove({ step: "over", why });
  switch (arrival.step) {
    case "asked":
      return (
        <Asking
          place={place}
          opened={arrival.opened}
          before={arrival.said}
          onBegun={onMove}
          onOver={() => over("unavailable")}
        />
      );
    case "files":
      return (
        <Later name="files" load={files}>
          {(Held) => (
            <Held
              key={arrival.note.transfer}
              arrival={arrival}
              onSent={(note) => onMove({ step: "receipt", note, more: undefined })}
              onOver={() => over("closed")}
            />
          )}
        </Later>
      );
    case "receipt":
      return (
        <Receipt
          note={arrival.note}
          onMore={arrival.more && (() => arrival.more && onMove({ step: "asked", opened: arrival.more }))}
        />
      );
    case "over":
      return <Over kind={place.kind} why={arrival.why} />;
  }
}

function openedOf(arrival: Arrival) {
  switch (arrival.step) {
    case "asked":
      return arrival.opened;
    case "files":
    case "receipt":
      return arrival.note.about.opened;
    case "over":
      return undefined;
  }
}
