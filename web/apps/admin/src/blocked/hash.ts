/** What the service knows a file by. */

/** The most of a file that is read here, in bytes: a browser makes a hash of what is in its memory as a whole. */
export const MOST_BYTES = 512 * 1024 * 1024;

/** The SHA-256 of a file's bytes in hexadecimal. Nothing of it leaves the browser. */
export async function sha256(file: Blob): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A hash as somebody has written it, in the form that the service takes; nothing if it is none. */
export function hashOf(text: string): string | undefined {
  const hash = text.replace(/[\s:]/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(hash) ? hash : undefined;
}
