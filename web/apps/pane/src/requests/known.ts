/** Which request a mail asks by. Its id is no secret; its link stands in the mail itself and nowhere else. */
import type { Compose } from "../office/compose.ts";

const NAME = "sealpost.request";
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The request whose link was put into the mail last. */
export async function recallRequest(mail: Compose): Promise<string | undefined> {
  const places = [() => mail.session.get(NAME), () => mail.property.get(NAME)];
  for (const place of places) {
    const id = await place().catch(() => undefined);
    if (id && ID.test(id)) return id;
  }
  return undefined;
}

/** Notes it where this Outlook lets it be: as long as the mail is written, else with the mail. */
export async function keepRequest(mail: Compose, id: string): Promise<void> {
  await mail.session.set(NAME, id).catch(() => mail.property.set(NAME, id).catch(() => {}));
}
