/** The order of rules, in which the first that is about somebody decides. */

/** The list with what stands at `from` moved to `to`; as it is, if either lies outside. */
export function moved<Item>(list: readonly Item[], from: number, to: number): readonly Item[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length || from === to) return list;
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** A name that none of them has: the wished one, or with a number behind it. */
export function freeName(wish: string, taken: readonly string[]): string {
  if (!taken.includes(wish)) return wish;
  for (let number = 2; ; number += 1) {
    const name = `${wish} ${number}`;
    if (!taken.includes(name)) return name;
  }
}
