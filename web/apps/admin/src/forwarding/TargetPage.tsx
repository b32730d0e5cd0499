import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, go, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { changed, draftOf, type TargetDraft } from "./draft.ts";
import { placeOf, TargetState } from "./Forwarding.tsx";
import { Secret } from "./Secret.tsx";
import { TargetForm } from "./TargetForm.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", maxWidth: "60rem" },
  title: { fontSize: "1.125rem", margin: "0 0 0.75rem" },
});

/** One place: how it stands, whether it answers, and what can be changed. */
export function TargetPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: ["forwarding", id],
    queryFn: () =>
      answer(api.GET("/api/v1/admin/forwarding/{target_id}", { params: { path: { target_id: id } } })),
    refetchInterval: 15_000,
  });
  if (data) return <Target target={data} />;
  return error ? (
    <ProblemBar error={error} retry={() => void refetch()} />
  ) : (
    <Spinner label={t("shell.loading")} />
  );
}

function Target({ target }: { readonly target: Shape<"ForwardingTarget"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [said, setSaid] = useState<string>();
  const params = { path: { target_id: target.id } };
  const touches = [["forwarding"]];
  const change = useAct(
    (body: Shape<"ChangeForwarding">) =>
      answer(api.PATCH("/api/v1/admin/forwarding/{target_id}", { params, body })),
    touches,
  );
  const attempt = useAct(
    () => answer(api.POST("/api/v1/admin/forwarding/{target_id}/test", { params })),
    touches,
  );
  const rotate = useAct(
    () => answer(api.POST("/api/v1/admin/forwarding/{target_id}/secret", { params })),
    touches,
  );
  const remove = useAct(
    () => answer(api.DELETE("/api/v1/admin/forwarding/{target_id}", { params })),
    [["forwarding", "list"]],
  );
  const error = attempt.error ?? rotate.error ?? remove.error;
  const save = (draft: TargetDraft) => {
    setSaid(undefined);
    change.mutate(changed(draft, target), { onSuccess: () => setSaid(t("forwarding.saved")) });
  };
  const toggle = () => {
    setSaid(undefined);
    change.mutate(
      { enabled: !target.enabled },
      { onSuccess: ({ enabled }) => setSaid(t(enabled ? "forwarding.is_on" : "forwarding.is_off")) },
    );
  };
  const time = (at: string | undefined) => at && format.time(new Date(at));

  return (
    <div className={styles.all}>
      <SectionHead
        title={<bdi>{target.label}</bdi>}
        beside={<TargetState target={target} />}
        back={{ to: address("forwarding"), text: t("forwarding.title") }}
        deeds={
          <>
            <Button disabledFocusable={attempt.isPending} onClick={() => attempt.mutate(undefined)}>
              {t("forwarding.test")}
            </Button>
            {target.webhook && (
              <Question
                button={t("forwarding.rotate")}
                title={t("forwarding.rotate.title")}
                text={t("forwarding.rotate.text")}
                no={t("parts.cancel")}
                yes={t("forwarding.rotate")}
                busy={rotate.isPending}
                onYes={() => rotate.mutate(undefined)}
              />
            )}
            <Button disabledFocusable={change.isPending} onClick={toggle}>
              {t(target.enabled ? "forwarding.turn_off" : "forwarding.turn_on")}
            </Button>
            <Question
              button={t("forwarding.remove")}
              title={t("forwarding.remove.title", { label: target.label })}
              text={t("forwarding.remove.text")}
              no={t("parts.cancel")}
              yes={t("forwarding.remove")}
              busy={remove.isPending}
              onYes={() => remove.mutate(undefined, { onSuccess: () => go(address("forwarding")) })}
            />
          </>
        }
      />
      <Done>{said}</Done>
      {error && <ProblemBar error={error} />}
      {rotate.data && (
        <Secret
          secret={rotate.data.secret}
          text={t("forwarding.secret.both", { time: time(rotate.data.previous_secret_until) ?? "" })}
        />
      )}
      <div role="status">
        {attempt.isPending && t("forwarding.testing")}
        {attempt.data && (
          <MessageBar intent={attempt.data.arrived ? "success" : "error"} layout="multiline">
            <MessageBarBody>
              {attempt.data.arrived
                ? t("forwarding.arrived", { count: attempt.data.milliseconds })
                : t("forwarding.not_arrived")}{" "}
              {attempt.data.error && <span lang="en">{attempt.data.error}</span>}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      <Facts
        facts={[
          [t("forwarding.place"), <bdi key="place">{placeOf(target)}</bdi>],
          [t("forwarding.position"), format.number(target.position)],
          [t("forwarding.lag"), format.number(target.lag)],
          [t("forwarding.delivered"), time(target.delivered_at)],
          [t("forwarding.failing_since"), time(target.failing_since)],
          [
            t("forwarding.last_error"),
            target.last_error && (
              <span key="error" lang="en">
                {target.last_error}
              </span>
            ),
          ],
          [t("forwarding.next"), time(target.next_at)],
          [t("forwarding.old_secret"), time(target.webhook?.previous_secret_until)],
        ]}
      />
      <section aria-label={t("forwarding.change")}>
        <h2 className={styles.title}>{t("forwarding.change")}</h2>
        <TargetForm
          key={JSON.stringify(draftOf(target))}
          start={draftOf(target)}
          isNew={false}
          hasKey={target.syslog?.has_client_key ?? false}
          button={t("forwarding.save")}
          busy={change.isPending}
          error={change.error}
          onSubmit={save}
        />
      </section>
    </div>
  );
}
