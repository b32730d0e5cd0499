import type { RefObject } from "react";

/** Leads to the first field of a form that is said to be wrong. The messages are there with the next picture. */
export function focusFirstFault(form: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() =>
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]")?.focus(),
  );
}
