import { useMutation } from "@tanstack/react-query";

import type { OwnPairs } from "./calls.ts";
import { derive } from "./derive.ts";
import { askPasskey } from "./passkey.ts";
import { openByPasskey, openByPassphrase, type Ring } from "./ring.ts";

/** With what somebody opens his keys. */
type Shown = { readonly passphrase: string } | "passkey";

export interface OpeningKeys {
  readonly show: (shown: Shown) => void;
  readonly isBusy: boolean;
  readonly error: Error | null;
  /** Whether a passphrase was shown that did not help. */
  readonly shownPassphrase: boolean;
}

/** Opens somebody's private keys, of which the `wanted` one has to be among them. */
export function useOpenKeys(
  own: OwnPairs,
  wanted: string | undefined,
  onOpened: (ring: Ring) => void,
): OpeningKeys {
  const { mutate, isPending, error, variables } = useMutation({
    mutationFn: async (shown: Shown): Promise<Ring> => {
      if (shown !== "passkey") return openByPassphrase(own, shown.passphrase, derive, wanted);
      const { credential, key } = await askPasskey(own, credentialsFor(own, wanted));
      return openByPasskey(own, credential, key);
    },
    onSuccess: onOpened,
  });
  return {
    show: mutate,
    isBusy: isPending,
    error,
    shownPassphrase: variables !== undefined && variables !== "passkey",
  };
}

/** The passkeys that open the pair. */
export function credentialsFor({ key_pairs }: OwnPairs, wanted: string | undefined): string[] {
  const pairs = key_pairs.filter(({ fingerprint, retired_at }) =>
    wanted === undefined ? retired_at === undefined : fingerprint === wanted,
  );
  return [...new Set(pairs.flatMap(({ passkeys }) => passkeys.map(({ credential_id }) => credential_id)))];
}
