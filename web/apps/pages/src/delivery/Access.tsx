import { Later, part, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

import { AccountStep } from "./AccountStep.tsx";
import { Changed } from "./Changed.tsx";
import { CodeStep } from "./CodeStep.tsx";
import type { OpenedLink } from "./calls.ts";
import { Notice } from "./Notice.tsx";
import { OpenStep } from "./OpenStep.tsx";
import { asksAgain } from "./told.ts";
import type { Secret } from "./useSecret.ts";
import { useUnlock } from "./useUnlock.ts";
import { NotWhole } from "./whole.ts";

const inside = () => import("./Inside.tsx");

interface Props {
  readonly token: string;
  readonly link: OpenedLink;
  readonly secret: Secret;
  /** Asks what the link asks for now. */
  readonly lookAgain: () => void;
}

/** What the link asks for, one step after the other, and then what is inside. */
export function Access({ token, link, secret, lookAgain }: Props): ReactNode {
  const { t } = useSpeech();
  const unlocking = useUnlock(token, secret);
  const { opened, error, passwordNext } = unlocking;
  useEffect(() => {
    // Fetched while its reader shows what the link asks for; if that fails, it is tried again when it is needed.
    part(inside).catch(() => {});
  }, []);
  if (opened)
    return (
      <Later name="inside" load={inside} title={t("delivery.title")}>
        {(Inside) => <Inside opened={opened} rememberedUntil={link.remembered_until} />}
      </Later>
    );
  if (error instanceof NotWhole) return <Changed error={error} />;
  if (unlocking.unavailable)
    return (
      <Notice title={t("delivery.unavailable")}>
        {t("delivery.told.unavailable")} {t("delivery.told.ask_sender")}
      </Notice>
    );
  // What was shown may count no more by the time that the password is found.
  const asked = asksAgain(error) && error && "code" in error ? error.code : undefined;
  if (asked === "account_needed" || (link.needed === "account" && !passwordNext))
    return <AccountStep token={token} secret={secret} providers={link.providers} lookAgain={lookAgain} />;
  if (asked === "code_needed" || (link.needed === "code" && !passwordNext))
    return <CodeStep token={token} link={link} unlocking={unlocking} />;
  return <OpenStep password={link.protection.endsWith("password")} unlocking={unlocking} />;
}
