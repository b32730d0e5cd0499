/** What bars of commands say. They come with the page: there is nobody who could wait for another file. */
import de from "../../../../../locales/de/pane.json" with { type: "json" };
import en from "../../../../../locales/en/pane.json" with { type: "json" };
import nl from "../../../../../locales/nl/pane.json" with { type: "json" };

export type Command = "take_over" | "request";

/** `plain` is for Outlooks whose bars have no buttons. */
type Said = Readonly<Record<"message" | "action" | "plain", string>>;

function said(words: typeof en): Readonly<Record<Command, Said>> {
  return {
    take_over: {
      message: words["commands.secure"],
      action: words["commands.secure.open"],
      plain: words["commands.secure.plain"],
    },
    request: {
      message: words["commands.request"],
      action: words["commands.request.open"],
      plain: words["commands.request.plain"],
    },
  };
}

const SAID: Readonly<Record<string, ReturnType<typeof said>>> = { en: said(en), de: said(de), nl: said(nl) };

/** The words of a language tag (RFC 5646); English if we do not speak it. */
export function wordsOf(tag: string | undefined): ReturnType<typeof said> {
  return SAID[tag?.split("-")[0]?.toLowerCase() ?? "en"] ?? said(en);
}
