import { type MouseEvent, useSyncExternalStore } from "react";

import { type Place, place } from "./address.ts";

const MOVED = "sealpost:moved";

function subscribe(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  window.addEventListener(MOVED, changed);
  return () => {
    window.removeEventListener("popstate", changed);
    window.removeEventListener(MOVED, changed);
  };
}

/** What the address of the page says is to be shown. */
export function usePlace(): Place {
  return place(useSyncExternalStore(subscribe, () => window.location.pathname));
}

/** Goes to another address of this page. */
export function go(path: string): void {
  window.history.pushState(null, "", path);
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
