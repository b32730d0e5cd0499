/** Links with both parts, and what a sender may write around one. */
import type { Formats, Translate } from "@sealpost/ui";

/**
 * A recipient's link with the part that the service does not know; nothing if it leads elsewhere than to where this page is from: whoever
 * opens it there would tell the other the second part.
 */
export function wholeLink(
  url: string,
  secondPart: string,
  origin: string = location.origin,
): string | undefined {
  return URL.canParse(url) && new URL(url).origin === origin ? `${url}#${secondPart}` : undefined;
}

interface About {
  /** Whether he is asked for the password. */
  readonly password: boolean;
  readonly endsAt: Date;
}

/** The text of a mail, in the language of whoever writes. */
export function letter(link: string, { password, endsAt }: About, t: Translate, format: Formats): string {
  const more = [
    t("sealing.letter.whole", { time: format.time(endsAt) }),
    ...(password ? [t("sealing.letter.password")] : []),
  ];
  return [t("letter.hello"), t("sealing.letter.fetch"), link, more.join(" ")].join("\n\n");
}
