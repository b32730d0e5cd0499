import { Spinner } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";

import { part } from "../place/MissingPart.ts";
import { ProblemBar } from "../problem/ProblemBar.tsx";
import { SpeechContext, useSpeech } from "./LanguageProvider.tsx";
import { type Catalogues, translate } from "./texts.ts";

interface Props {
  /** One of its own, by which the texts are known once they were fetched. */
  readonly name: string;
  readonly catalogues: Catalogues;
  readonly children: ReactNode;
}

/** Speaks with more texts to what is inside: for a part of an app that most people never see, and that nobody else waits for. */
export function MoreTexts({ name, catalogues, children }: Props): ReactNode {
  const speech = useSpeech();
  const { language, t } = speech;
  const { data, error, refetch } = useQuery({
    queryKey: ["texts", name, language],
    queryFn: async () => (await part(catalogues[language])).default,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    // Another language takes the place of this one when it is there.
    placeholderData: (before) => before,
  });
  const richer = useMemo(() => {
    const own = data && translate(language, data);
    if (!own) return undefined;
    const both: typeof t = (key, values) => {
      const said = own(key, values);
      return said === key ? t(key, values) : said;
    };
    return { ...speech, t: both };
  }, [data, language, speech, t]);
  if (richer) return <SpeechContext value={richer}>{children}</SpeechContext>;
  if (error) return <ProblemBar error={error} retry={() => void refetch()} />;
  return <Spinner label={t("shell.loading")} />;
}
