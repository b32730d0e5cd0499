/** What a page and the worker that serves downloads say to each other. Keys cross as bytes: both are scripts of the same origin. */
import type { Failure, Order } from "./order.ts";

/** Below this the worker answers, and nobody else: what was not offered by a page of this browser is not there. */
export const SCOPE = "/t/download/";

/** To the worker. With an offer comes the port over which everything else about it goes. */
export type Said =
  | { readonly kind: "offer"; readonly id: string; readonly order: Order }
  /** Browsers end workers that hear nothing for half a minute, whatever they are doing. */
  | { readonly kind: "ping"; readonly id: string };

/** Over the port, to the page. */
export type Heard =
  /** The address answers now. */
  | { readonly kind: "ready" }
  /** The browser has asked for it. */
  | { readonly kind: "asked" }
  | { readonly kind: "alive" }
  /** So many bytes more were taken. */
  | { readonly kind: "taken"; readonly bytes: number }
  /** All were taken, or nothing more comes. */
  | { readonly kind: "ended"; readonly why: Failure | undefined };

/** Over the port, to the worker: nothing more of it is wanted. */
export type Wish = "cancel";
