import { makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { AddressRules } from "./addresses/AddressRules.tsx";
import { Changes } from "./Changes.tsx";
import { ContentRules } from "./content/ContentRules.tsx";
import { Explain } from "./Explain.tsx";
import { FieldView } from "./fields/FieldView.tsx";
import { FIELDS, type PolicyField, type Subject } from "./fields.ts";
import type { Draft } from "./useDraft.ts";
import { useShown } from "./useShown.ts";

const useStyles = makeStyles({
  both: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "1.5rem",
    paddingTop: "1.25rem",
    "@media (min-width: 80rem)": { gridTemplateColumns: "minmax(0, 5fr) minmax(20rem, 3fr)", gap: "2.5rem" },
  },
  fields: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    alignContent: "start",
    gap: "1.25rem",
    maxWidth: "48rem",
  },
  beside: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", alignContent: "start", gap: "1.5rem" },
});

interface Props {
  readonly subject: Subject;
  readonly draft: Draft;
}

/** One subject of the policy: its fields, what was changed, and what the rules say of an example. */
export function SubjectPage({ subject, draft }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mayChange } = useMe();
  const show = useShown();
  const fields: readonly PolicyField[] = FIELDS[subject];
  return (
    <>
      <SectionHead
        title={t(`policy.subject.${subject}`)}
        text={t(`policy.about.${subject}`)}
        back={{ to: address("policy"), text: t("policy.all") }}
      />
      <div className={styles.both}>
        <div className={styles.fields}>
          {!mayChange && <div>{t("policy.read_only")}</div>}
          {subject === "addresses" && <AddressRules draft={draft} />}
          {subject === "content" && <ContentRules draft={draft} />}
          {mayChange ? (
            fields.map((field) => <FieldView key={field.path} field={field} draft={draft} />)
          ) : (
            <Facts
              facts={fields.map((field) => [
                t(`policy.field.${field.path}`),
                show(field.path, draft.value(field.path)),
              ])}
            />
          )}
        </div>
        <div className={styles.beside}>
          {mayChange && <Changes draft={draft} />}
          <Explain version={draft.version.version} />
        </div>
      </div>
    </>
  );
}
