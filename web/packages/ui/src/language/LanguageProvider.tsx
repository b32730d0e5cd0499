import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

import { type Formats, formats } from "../format/formats.ts";
import { type Language, remember, remembered } from "./languages.ts";
import { type Catalogues, type Translate, texts } from "./texts.ts";

/** How the reader is spoken to. */
export interface Speech {
  readonly language: Language;
  readonly t: Translate;
  readonly format: Formats;
  readonly speak: (language: Language) => void;
}

const Context = createContext<Speech | undefined>(undefined);

interface Props {
  /** The texts of the app. They stay the same. */
  readonly catalogues: Catalogues;
  readonly children: ReactNode;
}

/** Speaks the reader's language to what is inside; shows nothing until its texts are there. */
export function LanguageProvider({ catalogues, children }: Props): ReactNode {
  const [wanted, setWanted] = useState(remembered);
  const [loaded, setLoaded] = useState<{ language: Language; t: Translate }>();

  useEffect(() => {
    let current = true;
    texts(wanted, catalogues).then((t) => {
      if (!current) return;
      document.documentElement.lang = wanted;
      setLoaded({ language: wanted, t });
    });
    return () => {
      current = false;
    };
  }, [wanted, catalogues]);

  const speech = useMemo<Speech | undefined>(() => {
    if (!loaded) return undefined;
    const speak = (language: Language) => {
      remember(language);
      setWanted(language);
    };
    return { ...loaded, format: formats(loaded.language, loaded.t), speak };
  }, [loaded]);
  return speech && <Context value={speech}>{children}</Context>;
}

/** How the reader is spoken to. */
export function useSpeech(): Speech {
  const speech = useContext(Context);
  if (!speech) throw new Error("there is no LanguageProvider around");
  return speech;
}
