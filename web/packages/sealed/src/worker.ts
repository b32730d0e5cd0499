/** What runs in the worker. */
import type { Line } from "./protocol.ts";
import { serve } from "./serve.ts";

// The types of a page say that this is a window.
serve(globalThis as unknown as Line);
