import { Button, Link, makeStyles, Spinner } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { KEYS } from "@sealpost/sending/keys/texts.ts";
import { asksToSignIn, Heading, Later, part, signInAddress, useSpeech } from "@sealpost/ui";
import { MoreTexts } from "@sealpost/ui/more";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";

import { Fingerprint } from "../../keys/Fingerprint.tsx";
import { OpenKeys } from "../../keys/OpenKeys.tsx";
import type { Ring } from "../../keys/ring.ts";
import { AccountStep } from "../AccountStep.tsx";
import { Changed } from "../Changed.tsx";
import { CodeStep } from "../CodeStep.tsx";
import type { OpenedLink } from "../calls.ts";
import { Notice } from "../Notice.tsx";
import { Trouble } from "../Trouble.tsx";
import { isUnavailable } from "../told.ts";
import { NotWhole } from "../whole.ts";
import { NoKey, openWith, type Received } from "./receive.ts";
import { useReceive } from "./useReceive.ts";

const inside = () => import("../Inside.tsx");

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "1rem",
    justifyItems: "start",
    maxWidth: "34rem",
  },
  text: { margin: 0 },
});

interface Props {
  readonly token: string;
  readonly link: OpenedLink;
  /** Asks what the link asks for now. */
  readonly lookAgain: () => void;
}

/** What was sealed to a key of who reads this, or of his team: he signs in, opens his key, and sees what is inside. */
export default function ToKey(props: Props): ReactNode {
  return (
    <MoreTexts name="keys" catalogues={KEYS}>
      <Steps {...props} />
    </MoreTexts>
  );
}

function Steps({ token, link, lookAgain }: Props): ReactNode {
  const { t } = useSpeech();
  const ask = useReceive(token, link);
  const open = useMutation({
    mutationFn: ({ ring, received }: { readonly ring: Ring; readonly received: Received }) =>
      openWith(ring, received),
  });
  useEffect(() => {
    // Fetched while the passphrase is typed; if that fails, it is tried again when it is needed.
    part(inside).catch(() => {});
  }, []);
  const error = open.error ?? ask.error;
  if (open.data)
    return (
      <Later name="inside" load={inside} title={t("delivery.title")}>
        {(Inside) => <Inside opened={open.data} rememberedUntil={link.remembered_until} />}
      </Later>
    );
  if (error instanceof NotWhole) return <Changed error={error} />;
  if (error instanceof NoKey)
    return <Notice title={t("from_key.no")}>{t(`from_key.no.${error.why}`)}</Notice>;
  if (isUnavailable(error))
    return (
      <Notice title={t("delivery.unavailable")}>
        {t("delivery.told.unavailable")} {t("delivery.told.ask_sender")}
      </Notice>
    );
  if (asksToSignIn(error)) return <SignIn token={token} />;
  const { received } = ask;
  if (received)
    return (
      <Key
        received={received}
        error={open.error}
        isBusy={open.isPending}
        onOpened={(ring) => open.mutate({ ring, received })}
      />
    );
  if (link.needed === "account" || (error instanceof Problem && error.code === "account_needed"))
    return <AccountStep token={token} secret={undefined} providers={link.providers} lookAgain={lookAgain} />;
  if (ask.codeNext) {
    const { show, isBusy, error } = ask;
    const unlocking = { show, error, working: isBusy ? ("open" as const) : undefined };
    return <CodeStep token={token} link={link} unlocking={unlocking} />;
  }
  return <Begin error={ask.error} isBusy={ask.isBusy} onBegin={() => ask.show({})} />;
}

interface BeginProps {
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onBegin: () => void;
}

/** A person opens it: what opens links by itself asks for nothing. */
function Begin({ error, isBusy, onBegin }: BeginProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <section className={styles.all}>
      <Heading>{t("delivery.title")}</Heading>
      <p className={styles.text}>{t("from_key.what")}</p>
      {error && <Trouble error={error} />}
      <Button appearance="primary" size="large" disabledFocusable={isBusy} onClick={onBegin}>
        {t("keys.next")}
      </Button>
      <div role="status">{isBusy && <Spinner size="tiny" label={t("shell.loading")} />}</div>
    </section>
  );
}

function SignIn({ token }: Pick<Props, "token">): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <section className={styles.all}>
      <Heading>{t("delivery.title")}</Heading>
      <p className={styles.text}>{t("from_key.sign_in.why")}</p>
      <Button as="a" appearance="primary" size="large" href={signInAddress(`/t/${token}`)}>
        {t("from_key.sign_in")}
      </Button>
    </section>
  );
}

interface KeyProps {
  readonly received: Received;
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onOpened: (ring: Ring) => void;
}

/** Which key it is sealed to, and what opens that. */
function Key({ received, error, isBusy, onOpened }: KeyProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { own, team, wanted, fingerprint } = received;
  return (
    <section className={styles.all}>
      <Heading>{t("from_key.open")}</Heading>
      <p className={styles.text}>
        {t(team ? "from_key.team" : "from_key.own")} <Fingerprint of={fingerprint} />
      </p>
      {own.key_pairs.find((pair) => pair.fingerprint === wanted)?.retired_at && (
        <p className={styles.text}>{t("from_key.earlier")}</p>
      )}
      <OpenKeys own={own} wanted={wanted} button={t("delivery.open")} onOpened={onOpened} />
      {error && <Trouble error={error} />}
      <div role="status">{isBusy && <Spinner size="tiny" label={t("keys.opening")} />}</div>
      <p className={styles.text}>
        <Link href="/account/keys">{t("from_key.keys")}</Link>
      </p>
    </section>
  );
}
