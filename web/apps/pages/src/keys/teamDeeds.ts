/** What is done with a team's key pair. */
import { toBase64url } from "@sealpost/sealed";

import { createTeamPair, shareTeamPair, type TeamMember, type TeamPair, type TeamPairs } from "./calls.ts";
import type { Guarded } from "./deeds.ts";
import { current, openTeam, PrivateKey, type Ring, sealedToMember } from "./ring.ts";

/** Whether he has a key to which a team's can be sealed. */
export function hasKey({ fingerprint }: TeamMember): boolean {
  return fingerprint !== undefined;
}

/** Makes a team's pair, in the place of the one that counts if there is one, and gives it to all members who have a key. */
export async function makeTeamPair(team: TeamPairs, guarded: Guarded): Promise<void> {
  const key = await PrivateKey.generate();
  const members = await Promise.all(
    team.members
      .filter(hasKey)
      .map(async (member) => ({ user_id: member.user_id, ...(await sealedToMember(team, key, member)) })),
  );
  const before = current(team.key_pairs)?.fingerprint;
  const body = {
    public_key: toBase64url(key.publicKey),
    members,
    ...(before && { replaces: before }),
  };
  await guarded(() => createTeamPair(team.owner, body));
}

/** Gives the private halves of all pairs that one has oneself to a member. */
export async function giveTo(
  team: TeamPairs,
  pairs: readonly TeamPair[],
  member: TeamMember,
  ring: Ring,
  guarded: Guarded,
): Promise<void> {
  for (const pair of pairs) {
    const body = await sealedToMember(team, await openTeam(team, pair, ring), member);
    await guarded(() => shareTeamPair(team.owner, pair.id, member.user_id, body));
  }
}
