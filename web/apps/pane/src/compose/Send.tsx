import { makeStyles, Spinner } from "@fluentui/react-components";
import { NEW_REQUEST } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, go, Question, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useRef } from "react";

import type { Compose } from "../office/compose.ts";
import { useHost } from "../office/HostProvider.tsx";
import { offered as convertible, unfit } from "./attachments.ts";
import { Elsewhere, Foreign, Over, Released } from "./Ended.tsx";
import { OutlookProblem } from "./OutlookProblem.tsx";
import { useMailFacts } from "./useMailFacts.ts";
import { useSending } from "./useSending.ts";
import { Writing } from "./Writing.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

interface Props {
  readonly mail: Compose;
  readonly bootstrap: Bootstrap;
}

/** Files that go with the mail that is being written. */
export default function Send({ mail, bootstrap }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const host = useHost();
  const facts = useMailFacts(mail);
  const { sending, state, taking, takes } = useSending(mail, bootstrap, facts.attachments.look);
  const { value: recipients } = facts.recipients;
  const { value: subject } = facts.subject;
  const { value: attachments } = facts.attachments;

  useEffect(() => {
    if (recipients) sending.mirror(recipients.map(({ email }) => email));
  }, [sending, recipients]);
  useEffect(() => {
    if (subject !== undefined) sending.retitle(subject.slice(0, 200));
  }, [sending, subject]);

  const now = useRef(attachments);
  useEffect(() => {
    now.current = attachments;
  }, [attachments]);
  // What the pane was opened for is done once, as soon as it is known what there is.
  const arrived = useRef(false);
  const isSettled =
    state.stage !== "looking" && (attachments !== undefined || facts.attachments.error !== undefined);
  useEffect(() => {
    if (arrived.current || !isSettled) return;
    arrived.current = true;
    const follow = (arrival: Awaited<ReturnType<typeof host.arrival>>) => {
      if (arrival?.view === "request") go(NEW_REQUEST);
      if (arrival?.view !== "take_over") return;
      const { limits, policy } = bootstrap;
      const protection = policy.protections.find((one) => one === arrival.protection);
      if (protection && !policy.locked.includes("protection")) sending.change({ protection });
      const free = convertible(now.current ?? []).filter(
        (one) => !unfit(one, limits.max_file_bytes, undefined),
      );
      if (free.length > 0) void taking.take(free);
    };
    void host.arrival().then(follow);
    void host.onArrival(follow);
  }, [isSettled, host, bootstrap, sending, taking]);

  // What was pressed is gone with what it ended: the keyboard goes to where the next thing begins.
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(state.stage);
  useEffect(() => {
    const ended =
      ["draft", "foreign", "over"].includes(before.current) && ["none", "available"].includes(state.stage);
    before.current = state.stage;
    if (ended) heading.current?.focus();
  }, [state.stage]);

  if (state.stage === "looking")
    return state.error ? (
      <OutlookProblem error={state.error} text={t("compose.unread")} retry={() => sending.retry()} />
    ) : (
      <Spinner label={t("shell.loading")} />
    );
  return (
    <div className={styles.all}>
      <h1 ref={heading} tabIndex={-1} className="spoken">
        {t("compose.title")}
      </h1>
      {state.stage === "elsewhere" && <Elsewhere sending={sending} />}
      {state.stage === "foreign" && <Foreign />}
      {state.stage === "over" && <Over />}
      {state.stage === "available" && <Released sending={sending} state={state} />}
      {["none", "creating", "draft"].includes(state.stage) && (
        <Writing
          bootstrap={bootstrap}
          facts={facts}
          sending={sending}
          state={state}
          taking={taking}
          takes={takes}
        />
      )}
      {["draft", "foreign", "over"].includes(state.stage) && (
        <div>
          <Question
            button={t("compose.remove")}
            title={t("compose.remove.title")}
            text={t("compose.remove.text")}
            no={t("compose.remove.no")}
            yes={t("compose.remove.yes")}
            busy={state.removing}
            onYes={() => void sending.removeAll()}
          />
        </div>
      )}
    </div>
  );
}
