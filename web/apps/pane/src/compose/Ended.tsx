import { Button, Link, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { transferAddress } from "@sealpost/sending/shell/address.ts";
import { leadingTo, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";

/** Another pane works on the files of this mail: two would be in each other's way. */
export function Elsewhere({ sending }: { readonly sending: Sending }): ReactNode {
  const { t } = useSpeech();
  // It may have been closed meanwhile, such as by opening the mail in a window of its own.
  useEffect(() => {
    const timer = setInterval(() => sending.retry(), 4000);
    return () => clearInterval(timer);
  }, [sending]);
  return (
    <MessageBar intent="info" layout="multiline" role="status">
      <MessageBarBody>{t("compose.elsewhere")}</MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => sending.retry()}>{t("problem.retry")}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}

/** The files of this mail were sealed where this pane does not know of: it can neither add to them nor name them. */
export function Foreign(): ReactNode {
  const { t } = useSpeech();
  return (
    <MessageBar intent="warning" layout="multiline" role="status">
      <MessageBarBody>{t("compose.sealed.foreign")}</MessageBarBody>
    </MessageBar>
  );
}

/** Its time is over, or somebody has blocked it. */
export function Over(): ReactNode {
  const { t } = useSpeech();
  return (
    <MessageBar intent="warning" layout="multiline" role="status">
      <MessageBarBody>{t("compose.over")}</MessageBarBody>
    </MessageBar>
  );
}

interface Props {
  readonly sending: Sending;
  readonly state: State;
}

/** Recipients can fetch already; the mail tells them where. */
export function Released({ sending, state: { transfer, block, url } }: Props): ReactNode {
  const { t } = useSpeech();
  const isLost = block !== "present" && block !== "bare";
  return (
    <>
      <MessageBar intent="success" layout="multiline" role="status">
        <MessageBarBody>
          {t(transfer?.state === "sealed" ? "compose.available.inspected" : "compose.available")}
        </MessageBarBody>
      </MessageBar>
      {!url && transfer?.mode === "zero_knowledge" && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t("compose.sealed.unknown")}</MessageBarBody>
        </MessageBar>
      )}
      {isLost && url && (
        <MessageBar intent="warning" layout="multiline" role="alert">
          <MessageBarBody>{t("compose.available.no_link")}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => void sending.insert()}>{t("compose.block.insert")}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {transfer && <Link {...leadingTo(transferAddress(transfer.id))}>{t("compose.available.manage")}</Link>}
    </>
  );
}
