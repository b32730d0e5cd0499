import { type Formats, formats, type Language, type Translate, texts } from "@sealpost/ui";

import { PANE } from "../texts.ts";

/** How a language speaks: the block may speak another than the pane. */
export async function wordsOf(
  language: Language,
): Promise<{ readonly t: Translate; readonly format: Formats }> {
  const t = await texts(language, PANE);
  return { t, format: formats(language, t) };
}
