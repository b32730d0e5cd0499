/** A passphrase's key, made by a worker of its own: the memory that it takes goes with it. */
import type { PasswordKey, PasswordParameters } from "@sealpost/sealed";
import { startSealer } from "@sealpost/sealed/sealer";

export async function derive(passphrase: string, parameters: PasswordParameters): Promise<PasswordKey> {
  const sealer = startSealer(1);
  try {
    return await sealer.derive(passphrase, parameters);
  } finally {
    sealer.close();
  }
}
