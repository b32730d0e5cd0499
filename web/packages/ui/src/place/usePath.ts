import { type MouseEvent, useSyncExternalStore } from "react";

const MOVED = "sealpost:moved";

/** Where a page is whose address stays; none if its address says so. */
let within: { path: string; search: string } | undefined;

/**
 * Keeps the place in memory from now on, beginning at `path`: Office.js takes the history away from pages, and the address
 * of a pane is nobody's.
 */
export function stayAt(path: string): void {
  within = { path, search: "" };
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  window.addEventListener(MOVED, changed);
  return () => {
    window.removeEventListener("popstate", changed);
    window.removeEventListener(MOVED, changed);
  };
}

/** The path of the page's address, also after `go` has changed it. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => within?.path ?? window.location.pathname);
}

/** What stands behind the `?` of the page's address. */
export function useSearch(): string {
  return useSyncExternalStore(subscribe, () => within?.search ?? window.location.search);
}

/** Goes to another address of this page. */
export function go(path: string): void {
  if (within) {
    const [way = "", search = ""] = path.split(/(?=\?)/);
    within = { path: way, search };
  } else {
    window.history.pushState(null, "", path);
  }
  window.dispatchEvent(new Event(MOVED));
}

/** What a link within the page needs: a new tab, or a new window, is the browser's affair. */
export function leadingTo(path: string): { href: string; onClick: (event: MouseEvent) => void } {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(path);
  };
  return { href: path, onClick };
}
