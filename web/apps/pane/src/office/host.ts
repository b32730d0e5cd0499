/** Outlook around the pane: what it is, what it can do, which mail is shown. */
import type { ComposeItem, Dialog, OfficeApi, ReadItem, Ui } from "./api.ts";
import { ask, MISSING } from "./call.ts";
import { Compose } from "./compose.ts";
import { handle } from "./handle.ts";
import { MailboxSettings } from "./kept.ts";
import { Reading } from "./reading.ts";

export type Platform = "web" | "windows" | "mac" | "mobile" | "other";

/** `web` is new Outlook on Windows, too. */
const PLATFORMS: Readonly<Record<string, Platform>> = {
  OfficeOnline: "web",
  PC: "windows",
  Mac: "mac",
  iOS: "mobile",
  Android: "mobile",
};

/** What a button, a bar or the send event wants the pane to do (the event file's `answer.ts` writes it, too). */
export interface Arrival {
  readonly view: "take_over" | "transfer" | "request";
  readonly reasons: readonly string[];
  readonly protection?: string | undefined;
}

/** Of the screen, in percent. */
const DIALOG = { height: 70, width: 35 };
/** Outlook on the web asks its reader first, in milliseconds. */
const DIALOG_MS = 60_000;

export class Host {
  #item: ComposeItem | ReadItem | null | undefined;
  #mail: Compose | Reading | undefined;

  readonly settings: MailboxSettings;

  constructor(private readonly office: OfficeApi) {
    this.settings = new MailboxSettings(office.context?.roamingSettings);
  }

  get platform(): Platform {
    return PLATFORMS[String(this.office.context?.platform)] ?? "other";
  }

  /** Of the mailbox, as Outlook says it. */
  get own(): string {
    return this.office.context?.mailbox?.userProfile?.emailAddress ?? "";
  }

  /** As RFC 5646 writes it. */
  get language(): string | undefined {
    return this.office.context?.displayLanguage;
  }

  /** The colour behind everything, as Outlook has it now (Mailbox 1.14): nothing tells when it changes. */
  get background(): string | undefined {
    return this.office.context?.officeTheme?.bodyBackgroundColor;
  }

  /** Whether this Outlook has a set of the Mailbox API, such as `1.8`. */
  supports(version: string): boolean {
    return this.office.context?.requirements?.isSetSupported?.("Mailbox", version) ?? false;
  }

  /** Whether Outlook gets tokens for the account that it is signed in with. */
  get getsTokens(): boolean {
    return this.office.context?.requirements?.isSetSupported?.("NestedAppAuth", "1.1") ?? false;
  }

  /**
   * Whether Outlook asks us when a mail is sent, where an admin has deployed the add-in (Mailbox 1.12): not on telephones, and
   * not on the web of an Exchange of one's own.
   */
  get hasSendEvent(): boolean {
    const accountType = this.office.context?.mailbox?.userProfile?.accountType;
    const ownExchange = this.platform === "web" && accountType === "enterprise";
    return this.supports("1.12") && this.platform !== "mobile" && !ownExchange;
  }

  /** The mail that the pane stands beside; another one where the pane is pinned and somebody has gone on. */
  get mail(): Compose | Reading | undefined {
    const item = this.office.context?.mailbox?.item;
    if (item !== this.#item) {
      this.#item = item;
      this.#mail = item ? mailOf(item, this.own) : undefined;
    }
    return this.#mail;
  }

  onMail(changed: () => void): Promise<() => void> {
    return handle(
      this.office.context?.mailbox,
      String(this.office.EventType?.ItemChanged ?? "olkItemSelectedChanged"),
      changed,
    );
  }

  /** What the pane was opened for; nothing if by its own button. */
  async arrival(): Promise<Arrival | undefined> {
    const item = this.office.context?.mailbox?.item ?? undefined;
    const told = await ask<ComposeItem | ReadItem, string>(
      "getInitializationContextAsync",
      item,
      (some, callback) =>
        some.getInitializationContextAsync ? some.getInitializationContextAsync(callback) : MISSING,
    ).catch(() => undefined);
    return arrivalOf(told);
  }

  /** A pane that is open already hears of it by this (Mailbox 1.15), or not at all. */
  onArrival(then: (arrival: Arrival) => void): Promise<() => void> {
    return handle(this.office.context?.mailbox, "olkInitializationContextChanged", (event) => {
      const arrival = arrivalOf(
        (event as { initializationContextData?: unknown })?.initializationContextData,
      );
      if (arrival) then(arrival);
    });
  }

  /**
   * Opens a page of ours in a window of Outlook's; throws [`OfficeFault`] where there is none to be had. `closed` is called when its
   * reader, or the page itself, has closed it, or Outlook has lost hold of it.
   */
  async openWindow(address: string, closed: () => void): Promise<{ readonly close: () => void }> {
    const dialog = await ask<Ui, Dialog>(
      "displayDialogAsync",
      this.office.context?.ui,
      (ui, callback) => (ui.displayDialogAsync ? ui.displayDialogAsync(address, DIALOG, callback) : MISSING),
      DIALOG_MS,
    );
    const type = this.office.EventType?.DialogEventReceived ?? "dialogEventReceived";
    dialog.addEventHandler?.(type as never, closed);
    return {
      close: () => {
        try {
          dialog.close?.();
        } catch {
          // It is closed already.
        }
      },
    };
  }

  /** Opens an address in the browser: Outlooks that are programs have a call of their own for it. */
  open(address: string): void {
    const { ui } = this.office.context ?? {};
    if (ui?.openBrowserWindow && this.platform !== "web") ui.openBrowserWindow(address);
    else window.open(address, "_blank", "noopener");
  }
}

function mailOf(item: ComposeItem | ReadItem, own: string): Compose | Reading {
  // A mail that is read has its subject; one that is written has to be asked for it.
  const { subject } = item;
  return typeof subject === "string" || subject === undefined || subject === null
    ? new Reading(item as ReadItem)
    : new Compose(item as ComposeItem, own);
}

const VIEWS: readonly string[] = ["take_over", "transfer", "request"];

function arrivalOf(told: unknown): Arrival | undefined {
  try {
    const { format, view, reasons, protection } = JSON.parse(
      typeof told === "string" && told !== "" ? told : "null",
    ) as Record<string, unknown>;
    if (format !== 1 || typeof view !== "string" || !VIEWS.includes(view)) return undefined;
    return {
      view: view as Arrival["view"],
      reasons: Array.isArray(reasons) ? reasons.filter((one) => typeof one === "string") : [],
      ...(typeof protection === "string" && { protection }),
    };
  } catch {
    return undefined;
  }
}
