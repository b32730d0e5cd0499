import { Button, makeStyles, Spinner } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Done } from "../parts/Done.tsx";
import { Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { Who } from "../parts/Who.tsx";
import { address } from "../shell/sections.ts";
import { DifferenceList } from "./DifferenceList.tsx";
import { places } from "./differences.ts";
import { at } from "./document.ts";
import { asVersion, POLICY, type Version } from "./useDraft.ts";
import { Warnings } from "./Warnings.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", maxWidth: "56rem" },
  title: { fontSize: "1.125rem", margin: "0 0 0.5rem" },
  text: { fontFamily: "monospace", whiteSpace: "pre-wrap", overflowWrap: "anywhere", fontSize: "0.8125rem" },
});

interface Props {
  readonly current: Version;
  readonly number: number;
}

/** One version: what it says otherwise than the one that counts, all that it says, and the way back to it. */
export function VersionPage({ current, number }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const guarded = useGuarded();
  const queries = useQueryClient();
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["policy-versions", number],
    queryFn: async () =>
      asVersion(
        await answer(
          api.GET("/api/v1/admin/policy/versions/{version}", { params: { path: { version: number } } }),
        ),
      ),
  });
  const restore = useMutation({
    mutationFn: () =>
      guarded(() =>
        answer(
          api.POST("/api/v1/admin/policy/versions/{version}/restore", {
            params: { path: { version: number }, header: { "If-Match": `"${current.version}"` } },
          }),
        ),
      ),
    onSuccess: (policy) => {
      queries.setQueryData(POLICY, asVersion(policy));
      void queries.invalidateQueries({ queryKey: ["policy-versions"] });
      void queries.invalidateQueries({ queryKey: ["bootstrap"] });
    },
    onError: () => void queries.invalidateQueries({ queryKey: POLICY }),
  });

  if (!data)
    return error ? (
      <ProblemBar error={error} retry={() => void refetch()} />
    ) : (
      <Spinner label={t("shell.loading")} />
    );
  const differing = places(data.policy, current.policy);
  const counts = number === current.version;
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("versions.number", { version: number })}
        back={{ to: address("policy", "versions"), text: t("policy.versions") }}
        deeds={
          mayChange &&
          !counts &&
          differing.length > 0 && (
            <Question
              button={t("versions.restore")}
              title={t("versions.restore.title", { version: number })}
              text={t("versions.restore.text", { version: current.version })}
              no={t("parts.cancel")}
              yes={t("versions.restore")}
              busy={restore.isPending}
              onYes={() => restore.mutate()}
            />
          )
        }
      />
      <Done>
        {restore.data && t("versions.restored_now", { version: number, now: restore.data.version })}
      </Done>
      {restore.error && <ProblemBar error={restore.error} />}
      <Facts
        facts={[
          [t("versions.when"), format.time(new Date(data.made_at))],
          [t("versions.who"), <Who key="who" id={data.made_by} />],
        ]}
      />
      <Warnings warnings={data.warnings} />
      <section aria-label={t("versions.against", { version: current.version })}>
        <h2 className={styles.title}>{t("versions.against", { version: current.version })}</h2>
        {differing.length === 0 ? (
          t(counts ? "versions.it_counts" : "versions.same")
        ) : (
          <DifferenceList
            words={[t("versions.then"), t("versions.now")]}
            differences={differing.map((path) => ({
              path,
              before: at(data.policy, path),
              after: at(current.policy, path),
            }))}
          />
        )}
      </section>
      <div>
        <Button aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {t(isWhole ? "versions.hide" : "versions.whole")}
        </Button>
        {isWhole && <pre className={styles.text}>{JSON.stringify(data.policy, null, 2)}</pre>}
      </div>
    </div>
  );
}
