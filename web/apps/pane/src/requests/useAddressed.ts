import { useMemo } from "react";

import { useLive } from "../compose/useLive.ts";
import type { Compose } from "../office/compose.ts";

/** The addresses that a mail goes to, as they are now; none as long as Outlook has not said. */
export function useAddressed(mail: Compose): readonly string[] {
  const calls = useMemo(
    () => ({ read: () => mail.recipients(), listen: (changed: () => void) => mail.onRecipients(changed) }),
    [mail],
  );
  return useLive(calls.read, calls.listen).value?.map(({ email }) => email) ?? [];
}
