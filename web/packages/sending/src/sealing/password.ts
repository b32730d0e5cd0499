/** Passwords that are made up here, because the service must not see them. */

/** Without those that are taken for one another: 32, so that every byte of chance gives five whole bits. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
/** Characters that stand together. */
const GROUP = 5;
/** Groups of a password, which make 100 bits of chance. */
const GROUPS = 4;

/** As many groups as make at least `least` characters, and 100 bits, with hyphens between them. `random` fills what it is given. */
export function madeUp(
  least: number,
  random: (bytes: Uint8Array<ArrayBuffer>) => void = (bytes) => void crypto.getRandomValues(bytes),
): string {
  const groups = Math.max(GROUPS, Math.ceil((least + 1) / (GROUP + 1)));
  const bytes = new Uint8Array(groups * GROUP);
  random(bytes);
  const letters = Array.from(bytes, (byte) => LETTERS.charAt(byte % LETTERS.length));
  return Array.from({ length: groups }, (_, at) => letters.slice(at * GROUP, (at + 1) * GROUP).join("")).join(
    "-",
  );
}
