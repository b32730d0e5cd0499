/** What a list is asked by, as it stands in the page's address: so that a view can be kept, sent on and come back to. */

/** Filters by their names; those that are empty are not there. */
export type Filters = Readonly<Record<string, string>>;

/** Of what stands behind the `?` of an address: the filters of these names, and nothing else. */
export function filtersOf(search: string, names: readonly string[]): Filters {
  const said = new URLSearchParams(search);
  return kept(names.map((name) => [name, said.get(name) ?? ""]));
}

/** The address of a page with these filters. */
export function filtered(path: string, filters: Filters): string {
  const search = new URLSearchParams(kept(Object.entries(filters))).toString();
  return search === "" ? path : `${path}?${search}`;
}

function kept(entries: readonly (readonly [string, string])[]): Filters {
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""),
  );
}

/** The moment at which a day such as `2026-11-01` begins where the reader is; nothing for what is no day. */
export function dayBegins(day: string | undefined): string | undefined {
  return moment(day, 0);
}

/** The moment at which it is over. */
export function dayEnds(day: string | undefined): string | undefined {
  return moment(day, 1);
}

function moment(day: string | undefined, later: number): string | undefined {
  const [, year, month, date] = day?.match(/^(\d{4})-(\d{2})-(\d{2})$/) ?? [];
  if (!year || !month || !date) return undefined;
  // Not by adding hours: days on which clocks change have 23 or 25.
  const at = new Date(Number(year), Number(month) - 1, Number(date) + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
