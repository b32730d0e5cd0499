/** A mail in memory, as Outlook hands it to the pane: oddities by options. */
import type {
  AttachmentDetails,
  Callback,
  Coercion,
  ComposeItem,
  OfficeApi,
  Person,
} from "../src/office/api.ts";
import { Compose } from "../src/office/compose.ts";
import { Host } from "../src/office/host.ts";

export interface Scene {
  /** The newest set of the Mailbox API. */
  set?: string;
  platform?: string;
  own?: string;
  to?: Person[];
  cc?: Person[];
  bcc?: Person[];
  from?: string;
  subject?: string;
  body?: string;
  kind?: Coercion;
  attachments?: (AttachmentDetails & { content?: string; format?: string })[];
  /** Calls that fail, and those that never answer. */
  failing?: string[];
  silent?: string[];
  /** What happens to HTML that is written into the body. */
  rewriting?: (html: string) => string;
}

export class Outlook {
  readonly session = new Map<string, string>();
  readonly headers = new Map<string, string>();
  readonly properties = new Map<string, string>();
  readonly settings = new Map<string, string>();
  readonly calls: string[] = [];
  body: string;
  attachments: NonNullable<Scene["attachments"]>;
  readonly #handlers = new Map<string, (event: unknown) => void>();

  constructor(readonly scene: Scene = {}) {
    this.body = scene.body ?? "";
    this.attachments = [...(scene.attachments ?? [])];
  }

  get host(): Host {
    return new Host(this.office);
  }

  get mail(): Compose {
    return new Compose(this.item, this.scene.own ?? "anna@example.org");
  }

  /** Something has happened to the mail. */
  fire(type: string, event: unknown = {}): void {
    this.#handlers.get(type)?.(event);
  }

  readonly has = (set: string): boolean => {
    const [major = 0, minor = 0] = (this.scene.set ?? "1.15").split(".").map(Number);
    const [wantedMajor = 0, wantedMinor = 0] = set.split(".").map(Number);
    return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  };

  get office(): OfficeApi {
    return {
      context: {
        displayLanguage: "de-DE",
        platform: this.scene.platform ?? "OfficeOnline",
        requirements: { isSetSupported: (_, version = "1.1") => this.has(version) },
        roamingSettings: {
          get: (name) => this.settings.get(name),
          set: (name, value) => void this.settings.set(name, value),
          saveAsync: (callback) => this.#answer("roamingSettings.saveAsync", callback, () => undefined),
        },
        mailbox: {
          item: this.item,
          userProfile: { emailAddress: this.scene.own ?? "anna@example.org" },
          addHandlerAsync: (type, handler, callback) => {
            this.#handlers.set(type, handler);
            this.#answer("addHandlerAsync", callback, () => undefined);
          },
        },
      },
    };
  }

  get item(): ComposeItem {
    const { scene } = this;
    const field = (name: "to" | "cc" | "bcc") => ({
      getAsync: (callback: Callback<Person[]>) => this.#answer(name, callback, () => scene[name] ?? []),
    });
    return {
      to: field("to"),
      cc: field("cc"),
      bcc: field("bcc"),
      subject: {
        getAsync: (callback) => this.#answer("subject", callback, () => scene.subject ?? ""),
      },
      ...(this.has("1.7") && {
        from: {
          getAsync: (callback: Callback<Person>) =>
            this.#answer("from", callback, () => ({ emailAddress: scene.from ?? "anna@example.org" })),
        },
      }),
      body: {
        getTypeAsync: (callback) => this.#answer("getType", callback, () => scene.kind ?? "html"),
        getAsync: (_, callback) => this.#answer("body.get", callback, () => this.body),
        setAsync: (data, { coercionType }, callback) =>
          this.#answer("body.set", callback, () => {
            this.body = this.#written(data, coercionType);
          }),
        setSelectedDataAsync: (data, { coercionType }, callback) =>
          this.#answer("body.insert", callback, () => {
            this.body = this.body.includes("|")
              ? this.body.replace("|", () => this.#written(data, coercionType))
              : this.#written(data, coercionType) + this.body;
          }),
        prependAsync: (data, { coercionType }, callback) =>
          this.#answer("body.prepend", callback, () => {
            this.body = this.#written(data, coercionType) + this.body;
          }),
      },
      ...(this.has("1.11") && {
        sessionData: {
          getAsync: (name: string, callback: Callback<string>) =>
            this.#answer("session.get", callback, () => {
              const value = this.session.get(name);
              if (value === undefined) throw new Error("no such key");
              return value;
            }),
          setAsync: (name: string, value: string, callback: Callback<void>) =>
            this.#answer("session.set", callback, () => void this.session.set(name, value)),
          removeAsync: (name: string, callback: Callback<void>) =>
            this.#answer("session.remove", callback, () => void this.session.delete(name)),
        },
      }),
      ...(this.has("1.8") && {
        internetHeaders: {
          getAsync: (names: string[], callback: Callback<Record<string, string>>) =>
            this.#answer("headers.get", callback, () =>
              Object.fromEntries(
                names.flatMap((name) => {
                  const value = this.headers.get(name);
                  return value === undefined ? [] : [[name, value]];
                }),
              ),
            ),
          setAsync: (all: Record<string, string>, callback: Callback<void>) =>
            this.#answer("headers.set", callback, () => {
              for (const [name, value] of Object.entries(all)) this.headers.set(name, value);
            }),
          removeAsync: (names: string[], callback: Callback<void>) =>
            this.#answer("headers.remove", callback, () => {
              for (const name of names) this.headers.delete(name);
            }),
        },
        getAttachmentsAsync: (callback: Callback<AttachmentDetails[]>) =>
          this.#answer("attachments", callback, () => [...this.attachments]),
        getAttachmentContentAsync: (id: string, callback: Callback<{ content: string; format: string }>) =>
          this.#answer("content", callback, () => {
            const found = this.attachments.find((one) => one.id === id);
            if (!found) throw new Error("no such attachment");
            return { content: found.content ?? "", format: found.format ?? "base64" };
          }),
      }),
      removeAttachmentAsync: (id, callback) =>
        this.#answer("attachments.remove", callback, () => {
          if (!this.attachments.some((one) => one.id === id)) throw new Error("no such attachment");
          this.attachments = this.attachments.filter((one) => one.id !== id);
        }),
      loadCustomPropertiesAsync: (callback) =>
        this.#answer("properties", callback, () => ({
          get: (name: string) => this.properties.get(name),
          set: (name: string, value: string) => void this.properties.set(name, value),
          remove: (name: string) => void this.properties.delete(name),
          saveAsync: (saved: Callback<void>) => this.#answer("properties.save", saved, () => undefined),
        })),
      addHandlerAsync: (type, handler, callback) => {
        this.#handlers.set(type, handler);
        this.#answer("addHandlerAsync", callback, () => undefined);
      },
    };
  }

  #written(data: string, kind: Coercion): string {
    if ((this.scene.kind ?? "html") === "text" && kind === "html") throw new Error("InvalidFormatError");
    return kind === "html" ? (this.scene.rewriting?.(data) ?? data) : data;
  }

  #answer<Value>(name: string, callback: Callback<Value>, act: () => Value): void {
    this.calls.push(name);
    if (this.scene.silent?.includes(name)) return;
    queueMicrotask(() => {
      try {
        if (this.scene.failing?.includes(name)) throw new Error(`${name} fails`);
        callback({ status: "succeeded", value: act() });
      } catch (error) {
        callback({ status: "failed", value: undefined as Value, error: { message: String(error) } });
      }
    });
  }
}
