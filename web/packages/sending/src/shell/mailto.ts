/** What opens one's own mail program with words in it (RFC 6068: lines end with CR LF). */
export function mailto(address: string, subject: string, text: string): string {
  const words = { subject, body: text.replaceAll("\n", "\r\n") };
  const query = Object.entries(words).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `mailto:${encodeURIComponent(address).replace("%40", "@")}?${query.join("&")}`;
}
