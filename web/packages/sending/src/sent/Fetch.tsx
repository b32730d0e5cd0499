import { Button } from "@fluentui/react-components";
import { ProblemBar, useElsewhere, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { useRecipient } from "./useRecipient.ts";

interface Props {
  readonly transfer: string;
  /** The reader himself: what has come in is for nobody else. */
  readonly recipient: string;
}

/** Leads to the files of what has come in, as the link in the mail does. */
export function Fetch({ transfer, recipient }: Props): ReactNode {
  const { t } = useSpeech();
  const { link } = useRecipient(transfer, recipient);
  const elsewhere = useElsewhere();
  const open = () => link.mutate(undefined, { onSuccess: ({ url }) => elsewhere(url) });
  return (
    <>
      <div>
        <Button appearance="primary" disabledFocusable={link.isPending} onClick={open}>
          {t("received.fetch")}
        </Button>
      </div>
      {link.error && <ProblemBar error={link.error} />}
    </>
  );
}
