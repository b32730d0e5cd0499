import { Button, MessageBar, MessageBarBody, makeStyles, typographyStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { OwnPairs, Passkey } from "./calls.ts";
import { addPasskey, dropPasskey } from "./deeds.ts";
import { hasPasskeys } from "./passkey.ts";
import { current, type Ring } from "./ring.ts";
import { toldOfKeys } from "./told.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  small: { ...typographyStyles.subtitle2, margin: 0 },
  text: { margin: 0, maxWidth: "40rem" },
  list: { display: "grid", gap: "0.5rem", margin: 0, padding: 0, listStyle: "none" },
  row: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly own: OwnPairs;
  readonly passkeys: readonly Passkey[];
  readonly ring: Ring;
  readonly onDone: (said: string) => void;
  readonly onEnd: () => void;
}

/** Which passkeys open the pair that counts, beside the passphrase. */
export function PasskeyDeeds({ own, passkeys, ring, onDone, onEnd }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const guarded = useGuarded();
  const queries = useQueryClient();
  const opening = current(own.key_pairs)?.passkeys ?? [];
  const known = passkeys.filter(({ id }) => opening.some(({ passkey_id }) => passkey_id === id));
  const act = useMutation({
    mutationFn: ({ act }: { readonly act: () => Promise<void>; readonly said: string }) => act(),
    onSuccess: (_, { said }) => onDone(said),
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  const add = () =>
    act.mutate({ act: () => addPasskey(own, ring, passkeys, guarded), said: t("keys.passkey.added") });
  const drop = (id: string) =>
    act.mutate({ act: () => dropPasskey(own, id, guarded), said: t("keys.passkey.removed") });
  const isPossible = hasPasskeys() && passkeys.length > 0;
  return (
    <div className={styles.all}>
      <h3 className={styles.small}>{t("keys.passkeys")}</h3>
      <p className={styles.text}>{t(isPossible ? "keys.passkeys.text" : "keys.passkeys.none")}</p>
      {known.length > 0 && (
        <ul className={styles.list}>
          {known.map(({ id, label }) => (
            <li key={id} className={styles.row}>
              <bdi>{label}</bdi>
              <Button size="small" disabledFocusable={act.isPending} onClick={() => drop(id)}>
                {t("keys.passkey.remove", { label })}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {act.error && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{toldOfKeys(act.error, t)}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.buttons}>
        {isPossible && (
          <Button appearance="primary" disabledFocusable={act.isPending} onClick={add}>
            {t("keys.passkey.add")}
          </Button>
        )}
        <Button onClick={onEnd}>{t("keys.done")}</Button>
      </div>
    </div>
  );
}
