import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from "react";

import { type Formats, formats } from "../format/formats.ts";
import { type Language, remember } from "./languages.ts";
import { type Catalogues, type Translate, texts } from "./texts.ts";

/** How the reader is spoken to. */
export interface Speech {
  readonly language: Language;
  readonly t: Translate;
  readonly format: Formats;
  /** Speaks another language from now on; throws `MissingPart` if its texts cannot be fetched. */
  readonly speak: (language: Language) => Promise<void>;
}

export const SpeechContext = createContext<Speech | undefined>(undefined);

interface Props {
  /** The texts of the app. They stay the same. */
  readonly catalogues: Catalogues;
  /** The language to begin with, and its texts. */
  readonly first: Pick<Speech, "language" | "t">;
  readonly children: ReactNode;
}

/** Speaks the reader's language to what is inside. */
export function LanguageProvider({ catalogues, first, children }: Props): ReactNode {
  const [spoken, setSpoken] = useState(first);
  const wanted = useRef(first.language);

  const speech = useMemo<Speech>(() => {
    const speak = async (language: Language) => {
      wanted.current = language;
      const t = await texts(language, catalogues);
      // Or another was chosen meanwhile.
      if (wanted.current !== language) return;
      remember(language);
      document.documentElement.lang = language;
      setSpoken({ language, t });
    };
    return { ...spoken, format: formats(spoken.language, spoken.t), speak };
  }, [spoken, catalogues]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** How the reader is spoken to. */
export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("there is no LanguageProvider around");
  return speech;
}
