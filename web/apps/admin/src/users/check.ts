/** What is wrong with a person before the service is asked. */
import type { TextKey } from "@sealpost/ui";

/** What the service takes of a name, in bytes. */
const NAME_BYTES = 256;
/** Roughly; the service looks closer. */
const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

export interface Fault {
  readonly field: "email" | "name";
  readonly text: TextKey;
}

/** The first thing that is wrong; nothing if the service may be asked. */
export function faultOf({
  email,
  name,
}: {
  readonly email: string;
  readonly name: string;
}): Fault | undefined {
  if (email === "") return { field: "email", text: "users.fault.no_email" };
  if (!ADDRESS.test(email)) return { field: "email", text: "users.fault.email" };
  if (new TextEncoder().encode(name).length > NAME_BYTES) return { field: "name", text: "users.fault.name" };
  return undefined;
}
