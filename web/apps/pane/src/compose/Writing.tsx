import { MessageBar, MessageBarBody, makeStyles } from "@fluentui/react-components";
import { required } from "@sealpost/content";
import { type Faults, faults, findings } from "@sealpost/sending/new/checks.ts";
import { asksPassword, type ChosenFile } from "@sealpost/sending/new/draft.ts";
import { refusal } from "@sealpost/sending/new/refusal.ts";
import { NoSealer } from "@sealpost/sending/sealing/NoSealer.ts";
import { CopiedLine } from "@sealpost/sending/shell/CopiedLine.tsx";
import { type Bootstrap, Later, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState, useSyncExternalStore } from "react";

import { Attachments } from "./Attachments.tsx";
import { Block } from "./Block.tsx";
import { Files } from "./Files.tsx";
import { isAboutMode } from "./isAboutMode.ts";
import { Options } from "./Options.tsx";
import { Ready } from "./Ready.tsx";
import { Recipients } from "./Recipients.tsx";
import { Section } from "./Section.tsx";
import { StrangeLink } from "./sealedHere.ts";
import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";
import type { Takes, Taking } from "./taking.ts";
import type { MailFacts } from "./useMailFacts.ts";

const useStyles = makeStyles({ wrong: { display: "grid", gap: "0.5rem", ":empty": { display: "none" } } });

const sealing = () => import("./Sealing.tsx");

interface Props {
  readonly bootstrap: Bootstrap;
  readonly facts: MailFacts;
  readonly sending: Sending;
  readonly state: State;
  readonly taking: Taking;
  readonly takes: Takes;
}

const nothing = { subscribe: () => () => {}, files: [] as const };

/** What can be done as long as the mail is written. */
export function Writing({ bootstrap, facts, sending, state, taking, takes }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [fileFault, setFileFault] = useState<string>();
  const { draft, stage, underWay, error, password, verdicts } = state;
  const { queue } = underWay ?? {};
  const going = useSyncExternalStore(
    queue?.subscribe ?? nothing.subscribe,
    () => queue?.snapshot().files ?? nothing.files,
  );

  // What goes already counts with what is chosen now, by name and size.
  const named = going.map(({ id, path, size }) => ({ id, path, file: { size } as File }));
  const whole = { ...draft, message: "", files: [...named, ...state.waiting] };
  const found = findings(whole, bootstrap);
  const mandatory = required(found);
  const offered = bootstrap.policy.protections.filter((one) => mandatory?.includes(one) ?? true);
  const { files: _, recipients: __, ...own } = faults(whole, bootstrap, t, format);
  const refused = refusal(state.refusal ?? error ?? null, t, format);
  const shown: Faults = { ...refused, ...own };
  const isElsewhere = (problem: Error | undefined) =>
    problem && Object.keys(refusal(problem, t, format)).length === 0;

  const chosen = (files: readonly ChosenFile[]) => {
    const fault = faults({ ...whole, files: [...whole.files, ...files] }, bootstrap, t, format).files;
    setFileFault(fault);
    if (!fault) void sending.add(files);
  };
  return (
    <>
      <Recipients live={facts.recipients} state={state} />
      {verdicts.demanded.size > 0 && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t("compose.demanded", { count: verdicts.demanded.size })}</MessageBarBody>
        </MessageBar>
      )}
      <Files sending={sending} state={state} fault={fileFault} onChosen={chosen} />
      <div className={styles.wrong}>
        {(draft.sealed ||
          bootstrap.policy.zero_knowledge !== "forbid" ||
          isAboutMode(state.refusal ?? error)) && (
          <Later name="sealing" load={sealing} silent>
            {(Sealing) => <Sealing sending={sending} state={state} bootstrap={bootstrap} />}
          </Later>
        )}
        {state.leftLink && (
          <MessageBar intent="warning" layout="multiline" role="alert">
            <MessageBarBody>{t("compose.left_link")}</MessageBarBody>
          </MessageBar>
        )}
        {error &&
          !(error instanceof NoSealer || error instanceof StrangeLink) &&
          (isElsewhere(error) || stage === "none") && (
            <ProblemBar error={error} retry={() => sending.retry()} />
          )}
        {state.refusal && isElsewhere(state.refusal) && !isAboutMode(state.refusal) && (
          <ProblemBar error={state.refusal} retry={() => sending.retry()} />
        )}
        {refused.recipients && (
          <MessageBar intent="warning" layout="multiline" role="alert">
            <MessageBarBody>{refused.recipients}</MessageBarBody>
          </MessageBar>
        )}
      </div>
      <Attachments
        attachments={facts.attachments.value ?? []}
        takes={takes}
        taking={taking}
        limits={bootstrap.limits}
      />
      <Options
        sending={sending}
        state={state}
        bootstrap={bootstrap}
        findings={found}
        offered={offered}
        faults={shown}
      />
      {password && draft.generate && asksPassword(draft) && (
        <Section title={t("links.password")}>
          <CopiedLine text={password} what={t("links.password.copy")} />
          <div>{t(draft.sealed ? "compose.password.sealed" : "compose.password.hint")}</div>
        </Section>
      )}
      {stage === "draft" && (
        <>
          <Block sending={sending} state={state} />
          {state.kept && !state.kept.lasting && (
            <MessageBar intent="info" layout="multiline">
              <MessageBarBody>{t("compose.forgetful")}</MessageBarBody>
            </MessageBar>
          )}
          <Ready sending={sending} state={state} />
        </>
      )}
    </>
  );
}
