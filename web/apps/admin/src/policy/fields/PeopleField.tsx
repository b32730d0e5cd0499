import { Checkbox, makeStyles, Spinner } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Group } from "../../parts/Group.tsx";
import type { PeopleField as Of } from "../fields.ts";
import { usePeople } from "../usePeople.ts";
import { texts } from "../useShown.ts";
import { type FieldProps, useGroup } from "./FieldView.tsx";

const useStyles = makeStyles({
  people: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(18rem, 100%), 1fr))" },
});

/** Users who may see what the tenant does: any of them. */
export function PeopleField({ field, draft }: FieldProps<Of>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { people, isPending, error, retry } = usePeople();
  const chosen = texts(draft.value(field.path));
  const overseers = people.filter(({ role, disabled_at }) => role !== "sender" && !disabled_at);
  const unknown = chosen.filter((id) => !overseers.some((one) => one.id === id));
  const choose = (id: string, isChosen: boolean) =>
    draft.edit(field.path, isChosen ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <Group {...useGroup({ field, draft })} className={styles.people}>
      {isPending && <Spinner size="tiny" label={t("shell.loading")} />}
      {error && <ProblemBar error={error} retry={retry} />}
      {[...overseers, ...(isPending ? [] : unknown.map((id) => ({ id, email: id })))].map(({ id, email }) => (
        <Checkbox
          key={id}
          label={<bdi>{email}</bdi>}
          checked={chosen.includes(id)}
          onChange={(_, { checked }) => choose(id, checked === true)}
        />
      ))}
    </Group>
  );
}
