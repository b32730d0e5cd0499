import { Spinner } from "@fluentui/react-components";
import { Later, ProblemBar, useCarefulLeaving, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { SUBJECTS } from "./fields.ts";
import { SubjectPage } from "./SubjectPage.tsx";
import { Subjects } from "./Subjects.tsx";
import { useDraft } from "./useDraft.ts";

const versions = () => import("./Versions.tsx");

/** The tenant's rules: their subjects, one of them, or what became of them. What is not saved stays from one to the other. */
export default function Policy({ rest }: SectionProps): ReactNode {
  const { t } = useSpeech();
  const { draft, error, retry } = useDraft();
  useCarefulLeaving((draft?.edits.size ?? 0) > 0);

  if (!draft)
    return error ? <ProblemBar error={error} retry={retry} /> : <Spinner label={t("shell.loading")} />;
  const [word, number] = rest.split("/");
  const subject = SUBJECTS.find((one) => one === word);
  if (subject) return <SubjectPage key={subject} subject={subject} draft={draft} />;
  if (word === "versions")
    return (
      <Later name="policy/versions" load={versions} title={t("policy.title")}>
        {(Versions) => <Versions current={draft.version} number={number} />}
      </Later>
    );
  return <Subjects draft={draft} />;
}
