import { Link, MessageBar, MessageBarBody, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { isolate, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { needsPassword } from "../new/draft.ts";
import { CopiedLine } from "../shell/CopiedLine.tsx";
import { mailto } from "../shell/mailto.ts";
import { letter, wholeLink } from "./letter.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.25rem" },
});

interface Props {
  readonly transfer: Shape<"Transfer">;
  readonly recipient: string;
  /** As the service knows it. */
  readonly url: string;
  readonly secondPart: string;
}

/** The whole link of a recipient, to be copied or mailed: the service cannot. */
export function SealedLink({ transfer, recipient, url, secondPart }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const known = transfer.recipients.find(({ id }) => id === recipient);
  const address = known?.email ?? "";
  const link = wholeLink(url, secondPart);
  if (!link)
    return (
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{t("sealing.elsewhere", { url: isolate(url) })}</MessageBarBody>
      </MessageBar>
    );
  const about = {
    password: needsPassword(known?.protection ?? transfer.protection),
    endsAt: new Date(transfer.expires_at),
  };
  return (
    <div className={styles.all}>
      <CopiedLine text={link} what={t("links.copy", { address })} />
      <div>
        <Link
          href={mailto(address, t("sealing.letter.subject"), letter(link, about, t, format))}
          aria-label={t("sealing.mail_to", { address })}
        >
          {t("sealing.mail")}
        </Link>
      </div>
    </div>
  );
}
