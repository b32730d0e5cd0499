import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";

import { build, type Rolldown } from "vite";
import { renderJson } from "../../../packages/addin-manifest/src/render.ts";

/** The file as it is built now, with its places as they are in the build. */
export async function built(): Promise<string> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const output = await build({ root, logLevel: "error", build: { write: false } });
  const [one] = (Array.isArray(output) ? output : [output]) as Rolldown.RolldownOutput[];
  const files = one?.output ?? [];
  if (files.length !== 1 || files[0]?.type !== "chunk") throw new Error("it is not one file");
  return files[0].code;
}

export const BASE = "https://files.st-anna.example";
export const ADDIN = "6f1c1b0e-6f0e-4b7e-9a55-2d1d0e0c7a10";

/** As the service hands it out. */
export function served(code: string): string {
  const [places = "", ...rest] = code.split("\n");
  return [renderJson(places, { base_url: BASE, addin_id: ADDIN }), ...rest].join("\n");
}

export interface Person {
  emailAddress: string;
  displayName?: string;
  /** Whether Outlook knows who is meant: until then he is not listed. */
  resolved?: boolean;
}
export interface Scene {
  /** The newest requirement set, as `1.14`. */
  set?: string;
  language?: string;
  own?: string;
  to?: Person[];
  cc?: Person[];
  bcc?: Person[];
  subject?: string;
  body?: string;
  attachments?: { id: string; name: string; size: number; attachmentType?: string; isInline?: boolean }[];
  session?: Record<string, string>;
  roaming?: Record<string, string>;
  headers?: Record<string, string>;
  /** Calls that never answer, fail, or throw: `to.getAsync`, `fetch` … `*` are all. */
  silent?: string[];
  failing?: string[];
  throwing?: string[];
  /** What the service says, by the end of an address; a function is asked with the request's headers. */
  service?: Record<string, Reply | ((headers: Record<string, string>) => Reply)>;
  /** What is not there besides: `onReady`, `actions` … */
  without?: string[];
  /** How long a call takes that answers. */
  delay?: number;
  /** An engine that does not know properties of characters. */
  oldExpressions?: boolean;
}
interface Asked {
  method?: string;
  headers: Record<string, string>;
  credentials: string;
  body?: string;
}
type Reply = { status: number; json?: unknown; etag?: string };

/** What ES2016 does not have, and Node does: what the file uses of it is an error in the older of Outlook's engines. */
const LATER = `
  for (const name of ["flat", "flatMap", "at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]) delete Array.prototype[name];
  for (const name of ["padStart", "padEnd", "trimStart", "trimEnd", "matchAll", "replaceAll", "at", "isWellFormed", "toWellFormed"]) delete String.prototype[name];
  for (const name of ["values", "entries", "fromEntries", "getOwnPropertyDescriptors", "hasOwn", "groupBy"]) delete Object[name];
  for (const name of ["allSettled", "any", "try", "withResolvers"]) delete Promise[name];
  delete Promise.prototype.finally;
  for (const name of ["Intl", "BigInt", "WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics", "WebAssembly", "globalThis"]) delete this[name];
`;
/** What only a document has. */
const ABSENT = [
  ...[
    "window",
    "document",
    "self",
    "navigator",
    "location",
    "history",
    "localStorage",
    "sessionStorage",
    "indexedDB",
  ],
  ...[
    "XMLHttpRequest",
    "alert",
    "addEventListener",
    "importScripts",
    "require",
    "module",
    "exports",
    "process",
    "URL",
  ],
  ...[
    "AbortController",
    "Headers",
    "Request",
    "TextEncoder",
    "crypto",
    "queueMicrotask",
    "requestAnimationFrame",
  ],
];

/** An Outlook that runs the file, as far as the file can see. */
export class Outlook {
  readonly completed: Record<string, unknown>[] = [];
  readonly bars = new Map<string, Record<string, unknown>>();
  readonly fetched: ({ address: string } & Asked)[] = [];
  readonly session = new Map<string, string>();
  readonly roaming = new Map<string, string>();
  saved = 0;
  /** Most calls that were under way at once. */
  most = 0;
  #open = 0;
  readonly #handlers = new Map<string, (event: object) => void>();

  constructor(
    code: string,
    readonly scene: Scene = {},
  ) {
    for (const [key, value] of Object.entries(scene.session ?? {})) this.session.set(key, value);
    for (const [key, value] of Object.entries(scene.roaming ?? {})) this.roaming.set(key, value);
    const world: Record<string, unknown> = {
      console: {},
      setTimeout: (then: () => void, ms: number) => setTimeout(then, ms),
      clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
      fetch: (address: string, options: never) => this.#fetch(address, options),
      Office: this.#office(),
      clock: () => Date.now(),
    };
    for (const name of ABSENT) {
      Object.defineProperty(world, name, {
        get: () => {
          throw new Error(`${name} is not there in Outlook`);
        },
      });
    }
    const context = createContext(world);
    runInContext(`Date.now = clock; delete this.clock; ${LATER}`, context);
    if (scene.oldExpressions) {
      runInContext(
        `const Real = RegExp; RegExp = function (source, flags) { if (/\\\\[pP]/.test(source)) throw new SyntaxError(source); return new Real(source, flags); };`,
        context,
      );
    }
    runInContext(code, context);
  }

  get names(): string[] {
    return [...this.#handlers.keys()];
  }

  /** Something has happened. */
  tell(name: string): void {
    const handler = this.#handlers.get(name);
    if (handler === undefined) throw new Error(`nobody is associated with ${name}`);
    handler({
      completed: (options: Record<string, unknown> = {}) => {
        this.completed.push(options);
        this.#may("event.completed");
      },
    });
  }

  #has(set: number): boolean {
    return set <= Number((this.scene.set ?? "1.15").split(".")[1]);
  }

  #listed(list: string[] | undefined, name: string): boolean {
    return list !== undefined && (list.includes(name) || list.includes("*"));
  }

  #may(name: string): void {
    if (this.#listed(this.scene.throwing, name)) throw new Error(`${name} throws`);
  }

  /** A call of Office.js. Hosts take three at once; what is more fails. */
  #call(name: string, value: () => unknown) {
    return (...all: unknown[]) => {
      this.#may(name);
      const callback = all.pop() as (result: object) => void;
      this.#open += 1;
      this.most = Math.max(this.most, this.#open);
      if (this.#listed(this.scene.silent, name)) return;
      const failing = this.#listed(this.scene.failing, name) || this.#open > 3;
      setTimeout(() => {
        this.#open -= 1;
        callback(
          failing ? { status: "failed", error: { code: 9000 } } : { status: "succeeded", value: value() },
        );
      }, this.scene.delay ?? 5);
    };
  }

  #office(): object {
    const { scene } = this;
    const people = (field: "to" | "cc" | "bcc") => ({
      getAsync: this.#call(`${field}.getAsync`, () =>
        (scene[field] ?? [])
          .filter(({ resolved }) => resolved !== false)
          .map(({ emailAddress, displayName = "" }) => ({
            emailAddress,
            displayName,
            recipientType: "other",
          })),
      ),
    });
    const attachments = () =>
      (scene.attachments ?? []).map((one) => ({ attachmentType: "file", isInline: false, ...one }));
    const item = {
      to: people("to"),
      cc: people("cc"),
      bcc: people("bcc"),
      subject: { getAsync: this.#call("subject.getAsync", () => scene.subject ?? "") },
      body: {
        getAsync: (kind: string, done: unknown) =>
          this.#call("body.getAsync", () => (kind === "text" ? (scene.body ?? "") : "<html>"))(done),
      },
      notificationMessages: {
        replaceAsync: (key: string, message: Record<string, unknown>, done: unknown) =>
          this.#call("notificationMessages.replaceAsync", () =>
            this.bars.set(key, JSON.parse(JSON.stringify(message)) as never),
          )(done),
        removeAsync: (key: string, done: unknown) =>
          this.#call("notificationMessages.removeAsync", () => this.bars.delete(key))(done),
      },
      ...(this.#has(7) && {
        from: { getAsync: this.#call("from.getAsync", () => ({ emailAddress: scene.own ?? "" })) },
      }),
      ...(this.#has(8) && {
        getAttachmentsAsync: this.#call("getAttachmentsAsync", attachments),
        internetHeaders: {
          getAsync: (_: string[], done: unknown) =>
            this.#call("internetHeaders.getAsync", () => scene.headers ?? {})(done),
        },
      }),
      ...(this.#has(11) && {
        sessionData: {
          getAsync: (key: string, done: unknown) =>
            this.#call("sessionData.getAsync", () => this.session.get(key) ?? "")(done),
          setAsync: (key: string, value: string, done: unknown) =>
            this.#call("sessionData.setAsync", () => this.session.set(key, value))(done),
        },
      }),
    };
    const office: Record<string, unknown> = {
      actions: {
        associate: (name: string, handler: (event: object) => void) => {
          this.#may("actions.associate");
          this.#handlers.set(name, handler);
        },
      },
      onReady: (then: () => void) => {
        setTimeout(then, 1);
        return Promise.resolve({});
      },
      context: {
        displayLanguage: scene.language ?? "en-US",
        requirements: {
          isSetSupported: (name: string, version: string) =>
            name === "Mailbox" && this.#has(Number(version.split(".")[1])),
        },
        roamingSettings: {
          get: (name: string) => {
            this.#may("roamingSettings.get");
            return this.roaming.get(name);
          },
          set: (name: string, value: string) => this.roaming.set(name, value),
          saveAsync: this.#call("roamingSettings.saveAsync", () => {
            this.saved += 1;
          }),
        },
        mailbox: { item, userProfile: { emailAddress: scene.own ?? "" } },
      },
    };
    for (const name of scene.without ?? []) delete office[name];
    return office;
  }

  #fetch(address: string, options: Asked): Promise<object> {
    this.fetched.push({ address, ...options });
    this.#may("fetch");
    return new Promise((resolve, reject) => {
      if (this.#listed(this.scene.silent, "fetch")) return;
      const found = Object.entries(this.scene.service ?? {}).find(([end]) => address.endsWith(end))?.[1];
      setTimeout(() => {
        if (found === undefined || this.#listed(this.scene.failing, "fetch")) {
          reject(new TypeError("Failed to fetch"));
          return;
        }
        const { status, json, etag = "" } = typeof found === "function" ? found(options.headers) : found;
        resolve({
          status,
          headers: { get: (name: string) => (name.toLowerCase() === "etag" ? etag : null) },
          json: () =>
            json === undefined ? Promise.reject(new SyntaxError("no JSON")) : Promise.resolve(json),
        });
      }, this.scene.delay ?? 5);
    });
  }
}
