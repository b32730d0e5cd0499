import { Button, makeStyles, tokens, typographyStyles } from "@fluentui/react-components";
import { CopyButton, useSpeech } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import type { OwnPair, OwnPairs, Passkey } from "./calls.ts";
import { changePassphrase, makePair } from "./deeds.ts";
import { Fingerprint } from "./Fingerprint.tsx";
import { OpenKeys } from "./OpenKeys.tsx";
import { PairForm } from "./PairForm.tsx";
import { PasskeyDeeds } from "./PasskeyDeeds.tsx";
import { current, type Ring } from "./ring.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  title: { ...typographyStyles.subtitle1, margin: 0 },
  small: { ...typographyStyles.subtitle2, margin: 0 },
  text: { margin: 0, maxWidth: "40rem" },
  card: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.5rem",
    margin: 0,
    padding: "1rem min(1rem, 4vw)",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  term: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  fact: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem", margin: 0 },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  earlier: { display: "grid", gap: "0.5rem", margin: 0, paddingLeft: "1.25rem" },
});

interface Props {
  readonly own: OwnPairs;
  readonly passkeys: readonly Passkey[];
  readonly ring: Ring;
  readonly onOpened: (ring: Ring) => void;
}

/** One's own key pair: which it is, what opens it, and what can be done with it. */
export function OwnSection({ own, passkeys, ring, onOpened }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const pair = current(own.key_pairs);
  const earlier = own.key_pairs.filter((one) => one !== pair);
  const [done, setDone] = useState<string>();
  return (
    <section className={styles.all} aria-labelledby="own">
      <h2 className={styles.title} id="own">
        {t("keys.own")}
      </h2>
      <div role="status">{done}</div>
      {pair ? (
        <Pair own={own} pair={pair} passkeys={passkeys} ring={ring} onOpened={onOpened} onDone={setDone} />
      ) : (
        <First own={own} onOpened={onOpened} onDone={setDone} />
      )}
      {earlier.length > 0 && (
        <>
          <h3 className={styles.small}>{t("keys.earlier")}</h3>
          <p className={styles.text}>{t("keys.earlier.text")}</p>
          <ul className={styles.earlier}>
            {earlier.map(({ id, fingerprint, retired_at }) => (
              <li key={id}>
                <Fingerprint of={fingerprint} />{" "}
                {retired_at && t("keys.earlier.until", { time: format.time(new Date(retired_at)) })}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface Doing {
  readonly own: OwnPairs;
  readonly onOpened: (ring: Ring) => void;
  readonly onDone: (said: string | undefined) => void;
}

function useMaking({ own, onOpened, onDone }: Doing, said: string, then?: () => void) {
  const guarded = useGuarded();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (passphrase: string) => makePair(own, passphrase, guarded),
    onMutate: () => onDone(undefined),
    onSuccess: (ring) => {
      onOpened(ring);
      onDone(said);
      then?.();
    },
    // Also where another pair was made meanwhile: what is there is shown.
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
}

function First(doing: Doing): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mutate, error, isPending } = useMaking(doing, t("keys.made"));
  return (
    <>
      <p className={styles.text}>{t("keys.none")}</p>
      <PairForm
        button={t("keys.make")}
        working={t("keys.making")}
        isBusy={isPending}
        error={error}
        onPassphrase={mutate}
      />
    </>
  );
}

interface PairProps extends Doing {
  readonly pair: OwnPair;
  readonly passkeys: readonly Passkey[];
  readonly ring: Ring;
}

function Pair(props: PairProps): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { own, pair, passkeys, ring, onOpened, onDone } = props;
  const [deed, setDeed] = useState<"passphrase" | "replace" | "passkey">();
  const end = () => setDeed(undefined);
  const begin = (next: typeof deed) => {
    onDone(undefined);
    setDeed(next);
  };
  const openedBy = pair.passkeys.flatMap(
    ({ passkey_id }) => passkeys.find(({ id }) => id === passkey_id)?.label ?? [],
  );
  const fact = (term: string, value: ReactNode) => (
    <div>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.fact}>{value}</dd>
    </div>
  );
  return (
    <>
      <dl className={styles.card}>
        {fact(
          t("keys.fingerprint"),
          <>
            <Fingerprint of={pair.fingerprint} />{" "}
            <CopyButton text={pair.fingerprint} what={t("keys.fingerprint.copy")} />
          </>,
        )}
        {fact(t("keys.since"), format.time(new Date(pair.created_at)))}
        {fact(t("keys.opens"), format.list([t("keys.opens.passphrase"), ...openedBy]))}
      </dl>
      <p className={styles.text}>{t("keys.fingerprint.hint")}</p>
      {deed === undefined && (
        <div className={styles.buttons}>
          <Button onClick={() => begin("passphrase")}>{t("keys.change")}</Button>
          <Button onClick={() => begin("passkey")}>{t("keys.passkeys")}</Button>
          <Button onClick={() => begin("replace")}>{t("keys.replace")}</Button>
        </div>
      )}
      {deed === "replace" && <Replace {...props} onEnd={end} />}
      {deed !== undefined && deed !== "replace" && !ring.has(pair.fingerprint) && (
        <div className={styles.all}>
          <h3 className={styles.small}>{t(deed === "passphrase" ? "keys.change" : "keys.passkeys")}</h3>
          <OpenKeys own={own} button={t("keys.next")} onOpened={onOpened} />
          <div>
            <Button onClick={end}>{t("keys.cancel")}</Button>
          </div>
        </div>
      )}
      {deed === "passphrase" && ring.has(pair.fingerprint) && <Change {...props} onEnd={end} />}
      {deed === "passkey" && ring.has(pair.fingerprint) && (
        <PasskeyDeeds own={own} passkeys={passkeys} ring={ring} onDone={onDone} onEnd={end} />
      )}
    </>
  );
}

function Change({ own, ring, onDone, onEnd }: PairProps & { readonly onEnd: () => void }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const guarded = useGuarded();
  const queries = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (passphrase: string) => changePassphrase(own, ring, passphrase, guarded),
    onSuccess: () => {
      onDone(t("keys.changed"));
      onEnd();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  return (
    <div className={styles.all}>
      <h3 className={styles.small}>{t("keys.change")}</h3>
      <p className={styles.text}>{t("keys.change.text")}</p>
      <PairForm
        button={t("keys.change")}
        working={t("keys.changing")}
        isBusy={isPending}
        error={error}
        onPassphrase={mutate}
        onCancel={onEnd}
      />
    </div>
  );
}

function Replace({ pair, onEnd, ...doing }: PairProps & { readonly onEnd: () => void }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mutate, error, isPending } = useMaking(doing, t("keys.replaced"), onEnd);
  return (
    <div className={styles.all}>
      <h3 className={styles.small}>{t("keys.replace")}</h3>
      <p className={styles.text}>
        {t("keys.replace.which")} <Fingerprint of={pair.fingerprint} />
      </p>
      <p className={styles.text}>{t("keys.replace.text")}</p>
      <PairForm
        button={t("keys.replace")}
        working={t("keys.making")}
        isBusy={isPending}
        error={error}
        onPassphrase={mutate}
        onCancel={onEnd}
      />
    </div>
  );
}
