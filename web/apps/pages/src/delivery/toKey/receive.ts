/** What an outsider's browser has sealed to a key of who gets it, or of his team: from the link to what is inside. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { openContentKeyWith, readId } from "@sealpost/sealed";
import { api } from "@sealpost/ui";

import { type OwnPairs, type TeamPair, type TeamPairs, teamPairs } from "../../keys/calls.ts";
import { openTeam, type Ring } from "../../keys/ring.ts";
import { bytesOf, type Opened, opened } from "../unlock.ts";

type SealedTo = NonNullable<Shape<"Delivery">["sealed_to"]>;

/** What is to be opened with which of one's keys. */
export interface Received {
  readonly grant: string;
  readonly delivery: Shape<"Delivery">;
  readonly sealedTo: SealedTo;
  readonly own: OwnPairs;
  /** The content key as it was sealed, and the fingerprint of the key that it was sealed to. */
  readonly contentKey: string;
  readonly fingerprint: string;
  /** The pair of one's own that opens it, by its fingerprint: the team's key is sealed to it, if it is a team's. */
  readonly wanted: string;
  readonly team: { readonly pairs: TeamPairs; readonly pair: TeamPair } | undefined;
}

/** Why one cannot open it, whatever one knows. */
export class NoKey extends Error {
  override readonly name = "NoKey";

  /** `team`: it is sealed to one's team, of which one does not have the key. */
  constructor(readonly why: "other" | "team") {
    super("no key for this");
  }
}

/**
 * Asks for what is inside, with the code if the link asks for one, and looks which of one's keys opens it. Fails with [`NoKey`], and as a
 * `Problem`.
 */
export async function receive(
  token: string,
  own: OwnPairs,
  code?: string,
  remember = false,
): Promise<Received> {
  const shown = code === undefined ? {} : { code, remember };
  const told = await answer(api.POST("/api/v1/links/verify", { body: { token, ...shown } }));
  if (!("delivery" in told) || !told.delivery.sealed_to) throw new Problem(500, {}, undefined, undefined);
  const { grant, delivery } = told;
  const sealedTo = told.delivery.sealed_to;
  const common = { grant, delivery, sealedTo, own };
  let why: NoKey["why"] = "other";
  for (const { content_key: contentKey, fingerprint, mailbox_id } of sealedTo.content_key_to) {
    if (mailbox_id === undefined) {
      if (own.key_pairs.some((pair) => pair.fingerprint === fingerprint))
        return { ...common, contentKey, fingerprint, wanted: fingerprint, team: undefined };
      continue;
    }
    const pairs = await teamOf(mailbox_id);
    const pair = pairs?.key_pairs.find((one) => one.fingerprint === fingerprint);
    if (pairs && pair?.private_key)
      return {
        ...common,
        contentKey,
        fingerprint,
        wanted: pair.private_key.fingerprint,
        team: { pairs, pair },
      };
    if (pairs) why = "team";
  }
  throw new NoKey(why);
}

/** Nothing if one does not belong to it. */
async function teamOf(mailbox: string): Promise<TeamPairs | undefined> {
  try {
    return await teamPairs(mailbox);
  } catch (error) {
    if (error instanceof Problem && [403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

/** Opens it with the keys of the ring. Fails as a `SealedError` with `locked`, and as `NotWhole`. */
export async function openWith(ring: Ring, received: Received): Promise<Opened> {
  const { grant, delivery, sealedTo, contentKey, wanted, team } = received;
  const key = team ? await openTeam(team.pairs, team.pair, ring) : ring.get(wanted);
  if (!key) throw new NoKey("other");
  const { tenant, transfer } = sealedTo;
  const place = { tenant: readId(tenant), transfer: readId(transfer) };
  const content = await openContentKeyWith(key, place, bytesOf(contentKey));
  const shown = await opened(
    { grant, delivery: { ...delivery, sealing: { ...sealedTo, content_key: contentKey } } },
    { sealing: { tenant, transfer } },
    content,
  );
  // What the request or portal is called the service knows; what the uploader has written it does not.
  return { ...shown, subject: shown.subject ?? delivery.subject };
}
