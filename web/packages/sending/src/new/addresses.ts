/** Addresses as people type and paste them. */

/**
 * Whether this looks like an address that mail can go to. The service knows better; this tells a slip of the fingers
 * before anything is sent.
 */
export function isAddress(text: string): boolean {
  const [local, domain, ...more] = text.split("@");
  if (!local || !domain || more.length > 0 || text.length > 254 || local.length > 64) return false;
  const labels = domain.split(".");
  const named =
    labels.length >= 2 && labels.every((label) => /^[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label));
  return named && /^[^\s"(),:;<>[\\\]]+$/u.test(local) && !/^\.|\.\.|\.$/.test(local);
}

/** Whether there is something that ends an address: then what stands before it is one. */
export function isList(text: string): boolean {
  return /[,;\s]/.test(text.trim()) || /[,;\s]$/.test(text);
}

/** The addresses of a list from anywhere: `Anna Beispiel <anna@example.org>; bert@example.org`, lines, columns. */
export function split(text: string): string[] {
  const entries = text.split(/[,;\n\r\t]+/).flatMap((entry) => {
    const angled = [...entry.matchAll(/<([^<>]*)>/g)].map(([, address]) => address ?? "");
    return angled.length > 0 ? angled : entry.split(/\s+/);
  });
  return entries.map((entry) => entry.trim().replace(/^mailto:/i, "")).filter((entry) => entry !== "");
}
