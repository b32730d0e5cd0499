import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";
import { AccountStep } from "./AccountStep.tsx";
import { CodeStep } from "./CodeStep.tsx";
import type { OpenedLink } from "./calls.ts";
import { Inside } from "./Inside.tsx";
import { Notice } from "./Notice.tsx";
import { OpenStep } from "./OpenStep.tsx";
import { asksAgain } from "./told.ts";
import type { Secret } from "./useSecret.ts";
import { useUnlock } from "./useUnlock.ts";

interface Props {
  readonly token: string;
  readonly link: OpenedLink;
  readonly secret: Secret;
}

/** What the link asks for, one step after the other, and then what is inside. */
export function Access({ token, link, secret }: Props): ReactNode {
  const { t } = useSpeech();
  const unlocking = useUnlock(token, secret);
  const { opened, error, passwordNext } = unlocking;
  if (opened) return <Inside opened={opened} rememberedUntil={link.remembered_until} />;
  if (unlocking.unavailable)
    return (
      <Notice title={t("delivery.unavailable")}>
        {t("delivery.told.unavailable")} {t("delivery.told.ask_sender")}
      </Notice>
    );
  // What was shown may count no more by the time that the password is found.
  const asked = asksAgain(error) && error && "code" in error ? error.code : undefined;
  if (asked === "account_needed" || (link.needed === "account" && !passwordNext))
    return <AccountStep token={token} secret={secret} providers={link.providers ?? []} />;
  if (asked === "code_needed" || (link.needed === "code" && !passwordNext))
    return <CodeStep token={token} link={link} unlocking={unlocking} />;
  return <OpenStep password={link.protection.endsWith("password")} unlocking={unlocking} />;
}
