/**
 * Who alone may use a request that goes to those addressed: whoever was chosen among them (nobody, if empty), else the one whom there
 * is. Undefined if nobody is addressed.
 */
export function boundTo(
  addressed: readonly string[] | undefined,
  chosen: string | undefined,
): string | undefined {
  if (!addressed?.length) return undefined;
  if (chosen !== undefined && (chosen === "" || addressed.includes(chosen))) return chosen;
  return addressed.length === 1 ? addressed[0] : "";
}
