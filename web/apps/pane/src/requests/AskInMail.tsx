import Ask from "@sealpost/sending/requests/Ask.tsx";
import { requestAddress } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, go, type Language, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import type { Compose } from "../office/compose.ts";
import { LanguageOfMail } from "./LanguageOfMail.tsx";
import { useAddressed } from "./useAddressed.ts";
import { usePutting } from "./useWanted.ts";

interface Props {
  readonly mail: Compose;
  readonly bootstrap: Bootstrap;
}

/** Asks those for files whom the mail goes to that is being written: the link is put into it. */
export default function AskInMail({ mail, bootstrap }: Props): ReactNode {
  const { language: spoken } = useSpeech();
  const [language, setLanguage] = useState<Language>(spoken);
  const addressed = useAddressed(mail);
  const putting = usePutting(mail, bootstrap);
  return (
    <Ask
      bootstrap={bootstrap}
      addressed={addressed}
      // Its page says whether the link stands in the mail, and can put it there once more.
      onMade={(request) =>
        putting.mutate({ request, language }, { onSettled: () => go(requestAddress(request.id)) })
      }
    >
      <LanguageOfMail value={language} onChange={setLanguage} />
    </Ask>
  );
}
