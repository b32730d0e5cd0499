/** Patterns of addresses, as docs/policy.md has them, and as `crates/domain/src/rules/pattern.rs` reads them. */

/** Whether a pattern is about an address; `undefined` if nobody knows here: groups are the directory's. */
export function isAbout(pattern: string, address: string, internal: boolean): boolean | undefined {
  switch (pattern) {
    case "any":
    case "*":
      return true;
    case "internal":
      return internal;
    case "external":
      return !internal;
  }
  if (pattern.slice(0, 6) === "group:") return undefined;
  const wanted = pattern.toLowerCase();
  return spellings(address).some((spelling) => fits(wanted, spelling));
}

/** Whether an address is one of the tenant's own. */
export function isInternal(patterns: readonly string[], address: string): boolean {
  return patterns.some((pattern) => isAbout(pattern, address, false) === true);
}

function fits(pattern: string, address: string): boolean {
  const [local, domain] = split(address);
  const at = pattern.lastIndexOf("@");
  const [wantedLocal, wantedDomain] = [pattern.slice(0, Math.max(at, 0)), pattern.slice(at + 1)];
  if (at < 0) return domain === wantedDomain || domain.slice(-wantedDomain.length - 1) === `.${wantedDomain}`;
  if (at === 0) return domain === wantedDomain;
  return glob(wantedDomain, domain) && glob(wantedLocal, local);
}

/** As it is, and without what stands behind a plus. */
function spellings(address: string): string[] {
  const [local, domain] = split(address);
  const plus = local.indexOf("+");
  return plus > 0 ? [address, `${local.slice(0, plus)}@${domain}`] : [address];
}

function split(address: string): [string, string] {
  const at = address.lastIndexOf("@");
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
}

/** `*` stands for any characters, or for none. Takes at most as many steps as the product of both lengths. */
function glob(pattern: string, text: string): boolean {
  let [p, t, star, taken] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      [star, taken] = [p, t];
      p += 1;
    } else if (pattern[p] === text[t]) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      taken += 1;
      [p, t] = [star + 1, taken];
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(p));
}
