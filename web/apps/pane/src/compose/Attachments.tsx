import { Button, makeStyles } from "@fluentui/react-components";
import { type Bootstrap, FileRow, told, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef } from "react";

import { OfficeFault } from "../office/call.ts";
import type { Attachment } from "../office/compose.ts";
import { EmptyContent, offered, StrangeContent, unfit } from "./attachments.ts";
import { Section } from "./Section.tsx";
import type { Take, Takes, Taking } from "./taking.ts";
import { useKindRule } from "./useEventPolicy.ts";

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: "none" },
  title: { outlineStyle: "none" },
});

interface Props {
  readonly attachments: readonly Attachment[];
  readonly takes: Takes;
  readonly taking: Taking;
  readonly limits: Bootstrap["limits"];
}

/** Files that hang on the mail, to be sent by Sealpost instead. */
export function Attachments({ attachments, takes, taking, limits }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const rule = useKindRule();
  const list = useRef<HTMLUListElement>(null);
  const all = offered(attachments);
  if (all.length === 0) return null;
  const wrong = (one: Attachment) => unfit(one, limits.max_file_bytes, rule);
  const free = all.filter((one) => !wrong(one) && (takes.get(one.id)?.state ?? "failed") === "failed");

  const take = (some: readonly Attachment[]) => {
    // The buttons go: the keyboard stays with what they were about.
    list.current?.focus();
    void taking.take(some);
  };
  return (
    <Section title={t("compose.attachments")}>
      <div>{t("compose.attachments.hint")}</div>
      <ul ref={list} tabIndex={-1} className={styles.list} aria-label={t("compose.attachments")}>
        {all.map((one) => {
          const fault = wrong(one);
          return (
            <FileRow
              key={one.id}
              name={one.name}
              facts={format.size(one.size)}
              below={<Standing take={takes.get(one.id)} fault={fault} limits={limits} />}
            >
              {free.includes(one) && (
                <Button
                  size="small"
                  aria-label={t("compose.attachments.take_named", { name: one.name })}
                  onClick={() => take([one])}
                >
                  {t("compose.attachments.take")}
                </Button>
              )}
            </FileRow>
          );
        })}
      </ul>
      {free.length > 1 && (
        <div>
          <Button appearance="primary" onClick={() => take(free)}>
            {t("compose.attachments.take_all", { count: free.length })}
          </Button>
        </div>
      )}
    </Section>
  );
}

interface StandingProps {
  readonly take: Take | undefined;
  readonly fault: ReturnType<typeof unfit>;
  readonly limits: Bootstrap["limits"];
}

/** How far an attachment has come, or why it has not. */
function Standing({ take, fault, limits }: StandingProps): ReactNode {
  const { t, format } = useSpeech();
  if (take?.state === "failed") return <div role="alert">{whyNot(take.error, t)}</div>;
  if (take) return <div role="status">{t(`compose.take.${take.state}`)}</div>;
  if (fault) return <div>{t(`compose.unfit.${fault}`, { size: format.size(limits.max_file_bytes) })}</div>;
  return null;
}

function whyNot(error: Error | undefined, t: ReturnType<typeof useSpeech>["t"]): string {
  if (error instanceof EmptyContent) return t("compose.take.empty");
  if (error instanceof StrangeContent || error instanceof OfficeFault) return t("compose.take.unread");
  return error ? told(error, t) : t("compose.take.unread");
}
