/**
 * Signing in, as one goes through it: Outlook's own account without a question, then with a window of Microsoft's, then on a page of
 * the service in a window of Outlook's, and where there is no window by a code that is typed in any browser.
 */
import { Problem } from "@sealpost/api-client";

import { type Entra, EntraFault } from "./entra.ts";
import { PairingOver, redeemed } from "./pairing.ts";
import type { EntraApplication, Pairing, Service, Session, Ways } from "./service.ts";

/** A window that Outlook has opened. */
export interface OpenWindow {
  readonly close: () => void;
}

export type State =
  /** The service is asked how one signs in, and Outlook whether it can do it alone. */
  | { readonly at: "beginning" }
  /** The service does not answer, or does not know the add-in. */
  | { readonly at: "stranded"; readonly error: Error }
  /** Nobody can sign in: the organisation is suspended. */
  | { readonly at: "suspended"; readonly ways: Ways }
  /** One sentence and a button. */
  | { readonly at: "ready"; readonly ways: Ways }
  /** Microsoft asks something in a window of its own. */
  | { readonly at: "microsoft"; readonly ways: Ways }
  /** Microsoft, or the service after it, does not let this account in. */
  | { readonly at: "refused"; readonly ways: Ways; readonly fault: EntraFault | Problem }
  /** A pairing is being begun. */
  | { readonly at: "opening"; readonly ways: Ways }
  /** A page of the service is open in a window, or was. */
  | { readonly at: "window"; readonly ways: Ways; readonly pairing: Pairing; readonly isOpen: boolean }
  /** There is no window: a code is read here and typed elsewhere. */
  | { readonly at: "code"; readonly ways: Ways; readonly pairing: Pairing; readonly endsAt: number }
  /** The pairing has ended without anybody being signed in. */
  | { readonly at: "over"; readonly ways: Ways }
  /** Something went wrong on the way; another try may do. */
  | { readonly at: "failed"; readonly ways: Ways; readonly error: Error }
  | { readonly at: "done" };

/** What it works with. */
export interface Means {
  readonly addin: string;
  readonly service: Service;
  /** Outlook as what gets tokens; nothing where it cannot. */
  readonly entra: (application: EntraApplication) => Promise<Entra | undefined>;
  /** Opens a page in a window of Outlook's; throws if there is none to be had. */
  readonly open: (address: string, closed: () => void) => Promise<OpenWindow>;
  /** Carries a session; `another` gets the next one without a person. */
  readonly hold: (session: Session, another?: () => Promise<Session>) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;
}

export class Attempt {
  #state: State = { at: "beginning" };
  #entra: Entra | undefined;
  #window: OpenWindow | undefined;
  /** Counts what was begun: what was begun before is of no interest any more. */
  #turn = 0;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly means: Means) {}

  get state(): State {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Asks how one signs in, and signs in if nobody has to do anything for it. */
  async begin(): Promise<void> {
    const turn = this.#go({ at: "beginning" });
    let ways: Ways;
    try {
      ways = await this.means.service.ways(this.means.addin);
    } catch (error) {
      return this.#end(turn, { at: "stranded", error: asError(error) });
    }
    if (!ways.pairing && !ways.entra) return this.#end(turn, { at: "suspended", ways });
    if (ways.entra) {
      this.#entra = await this.means.entra(ways.entra).catch(() => undefined);
      const token = await this.#entra?.silent().catch(() => undefined);
      // Whoever cannot be signed in alone is asked to press the button, and told then what is wrong.
      if (token && (await this.#exchange(turn, token, () => {}))) return;
    }
    this.#end(turn, { at: "ready", ways });
  }

  /** The button was pressed: the first way that this Outlook has. */
  async press(ways: Ways): Promise<void> {
    if (!this.#entra) return this.otherwise(ways);
    const turn = this.#go({ at: "microsoft", ways });
    try {
      const token = await this.#entra.popup();
      await this.#exchange(turn, token, (error) => this.#end(turn, refusedBy(error, ways)));
    } catch (error) {
      if (turn !== this.#turn) return;
      if (!(error instanceof EntraFault))
        return this.#end(turn, { at: "failed", ways, error: asError(error) });
      if (error.reason === "cancelled") return this.#end(turn, { at: "ready", ways });
      if (error.reason === "missing") return this.otherwise(ways);
      this.#end(turn, { at: "refused", ways, fault: error });
    }
  }

  /** On a page of the service, in a window; by a code where Outlook opens none. */
  async otherwise(ways: Ways): Promise<void> {
    const begun = await this.#pair(ways);
    if (!begun) return;
    const { pairing } = begun;
    const turn = this.#turn;
    try {
      this.#window = await this.means.open(pairing.verification_url_complete, () => this.#closed(turn));
      this.#end(turn, { at: "window", ways, pairing, isOpen: true });
    } catch {
      this.#end(turn, { at: "code", ways, ...begun });
    }
  }

  /** By a code, at once. */
  async byCode(ways: Ways): Promise<void> {
    const begun = await this.#pair(ways);
    if (begun) this.#end(this.#turn, { at: "code", ways, ...begun });
  }

  /** Nobody wants to go on with it. */
  leave(): void {
    const { state } = this;
    if ("ways" in state) this.#go({ at: "ready", ways: state.ways });
    else this.#turn += 1;
    this.#shut();
  }

  /** Begins a pairing, and waits for it beside whatever is shown. */
  async #pair(ways: Ways): Promise<{ pairing: Pairing; endsAt: number } | undefined> {
    this.#shut();
    const turn = this.#go({ at: "opening", ways });
    try {
      const pairing = await this.means.service.pair(this.means.addin);
      if (turn !== this.#turn) return undefined;
      const endsAt = this.means.now() + pairing.expires_in * 1000;
      void this.#await(turn, ways, pairing);
      return { pairing, endsAt };
    } catch (error) {
      this.#end(turn, { at: "failed", ways, error: asError(error) });
      return undefined;
    }
  }

  async #await(turn: number, ways: Ways, pairing: Pairing): Promise<void> {
    const wait = async (ms: number) => {
      await this.means.wait(ms);
      if (turn !== this.#turn) throw new Left();
    };
    const { service, now } = this.means;
    try {
      const session = await redeemed(pairing, { redeem: service.redeem, wait, now });
      if (turn !== this.#turn) return;
      this.#shut();
      this.means.hold(session);
      this.#end(turn, { at: "done" });
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#shut();
      this.#end(
        turn,
        error instanceof PairingOver ? { at: "over", ways } : { at: "failed", ways, error: asError(error) },
      );
    }
  }

  /** Makes a session of a token; whether it has. */
  async #exchange(turn: number, token: string, failed: (error: Error) => void): Promise<boolean> {
    const { service, hold } = this.means;
    try {
      const session = await service.exchange(token);
      if (turn !== this.#turn) return true;
      const entra = this.#entra;
      hold(session, entra && (async () => service.exchange(await entra.silent())));
      this.#end(turn, { at: "done" });
      return true;
    } catch (error) {
      failed(asError(error));
      return false;
    }
  }

  /** The window is closed: by the one who has confirmed in it, or because he has not wanted to. Nobody knows yet. */
  #closed(turn: number): void {
    this.#window = undefined;
    const { state } = this;
    if (turn === this.#turn && state.at === "window") this.#show({ ...state, isOpen: false });
  }

  #shut(): void {
    this.#window?.close();
    this.#window = undefined;
  }

  #go(state: State): number {
    this.#turn += 1;
    this.#show(state);
    return this.#turn;
  }

  #end(turn: number, state: State): void {
    if (turn === this.#turn) this.#show(state);
  }

  #show(state: State): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Something else was begun meanwhile. */
class Left extends Error {}

/** The service does not take a token that Microsoft has given: the account is nobody's here. */
function refusedBy(error: Error, ways: Ways): State {
  return error instanceof Problem && error.code === "credentials_wrong"
    ? { at: "refused", ways, fault: error }
    : { at: "failed", ways, error };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
