/** What a requester may write in a mail of his own. */
import type { Shape } from "@sealpost/api-client";
import type { Formats, Translate } from "@sealpost/ui";

type Request = Shape<"UploadRequest">;

/** The text, in the language of whoever writes. */
export function letter(request: Request, url: string, t: Translate, format: Formats): string {
  const { title, max_uses, asks_code } = request;
  const end = { time: format.time(new Date(request.expires_at)) };
  const bounds = [
    t(max_uses === 1 ? "letter.once" : "letter.until", end),
    ...(asks_code ? [t("letter.code")] : []),
  ];
  return [t("letter.hello"), t("letter.ask", { title }), url, bounds.join(" "), t("letter.safe")].join(
    "\n\n",
  );
}
