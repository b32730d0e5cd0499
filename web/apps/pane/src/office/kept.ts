/** Places in which a mail keeps something for us: as long as it is written, or for good. */
import type { ComposeItem, CustomProperties, InternetHeaders, SessionData, Settings } from "./api.ts";
import { ask, MISSING } from "./call.ts";

/** For this opening of the mail, and its events (Mailbox 1.11). It does not travel. */
export class Session {
  constructor(private readonly data: SessionData | undefined) {}

  get(name: string): Promise<string> {
    return ask<SessionData, string>("sessionData.getAsync", this.data, (data, callback) =>
      data.getAsync ? data.getAsync(name, callback) : MISSING,
    );
  }

  set(name: string, value: string): Promise<void> {
    return ask<SessionData, void>("sessionData.setAsync", this.data, (data, callback) =>
      data.setAsync ? data.setAsync(name, value, callback) : MISSING,
    );
  }

  remove(name: string): Promise<void> {
    return ask<SessionData, void>("sessionData.removeAsync", this.data, (data, callback) =>
      data.removeAsync ? data.removeAsync(name, callback) : MISSING,
    );
  }
}

/** Headers of the mail (Mailbox 1.8). They travel to its recipients: nothing secret. */
export class Headers {
  constructor(private readonly all: InternetHeaders | undefined) {}

  async get(name: string): Promise<string | undefined> {
    const found = await ask<InternetHeaders, Record<string, string>>(
      "internetHeaders.getAsync",
      this.all,
      (all, callback) => (all.getAsync ? all.getAsync([name], callback) : MISSING),
    );
    // Outlooks spell names as they like.
    return Object.entries(found).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  }

  set(name: string, value: string): Promise<void> {
    return ask<InternetHeaders, void>("internetHeaders.setAsync", this.all, (all, callback) =>
      all.setAsync ? all.setAsync({ [name]: value }, callback) : MISSING,
    );
  }

  remove(name: string): Promise<void> {
    return ask<InternetHeaders, void>("internetHeaders.removeAsync", this.all, (all, callback) =>
      all.removeAsync ? all.removeAsync([name], callback) : MISSING,
    );
  }
}

/** A property of the item that this add-in alone sees (Mailbox 1.1). */
export class CustomProperty {
  constructor(private readonly item: Pick<ComposeItem, "loadCustomPropertiesAsync">) {}

  async get(name: string): Promise<string | undefined> {
    const value = (await this.#all()).get?.(name);
    return typeof value === "string" ? value : undefined;
  }

  async set(name: string, value: string): Promise<void> {
    const all = await this.#all();
    all.set?.(name, value);
    await save(all);
  }

  async remove(name: string): Promise<void> {
    const all = await this.#all();
    all.remove?.(name);
    await save(all);
  }

  #all(): Promise<CustomProperties> {
    return ask<Pick<ComposeItem, "loadCustomPropertiesAsync">, CustomProperties>(
      "loadCustomPropertiesAsync",
      this.item,
      (item, callback) =>
        item.loadCustomPropertiesAsync ? item.loadCustomPropertiesAsync(callback) : MISSING,
    );
  }
}

/** Settings of the mailbox (Mailbox 1.1), which go to its server: 32 KB for everything. */
export class MailboxSettings {
  constructor(private readonly all: Settings | undefined) {}

  get(name: string): string | undefined {
    try {
      const value = this.all?.get?.(name);
      return typeof value === "string" ? value : undefined;
    } catch {
      return undefined;
    }
  }

  async set(name: string, value: string): Promise<void> {
    this.all?.set?.(name, value);
    await ask<Settings, void>("roamingSettings.saveAsync", this.all, (all, callback) =>
      all.saveAsync ? all.saveAsync(callback) : MISSING,
    );
  }
}

function save(all: CustomProperties): Promise<void> {
  return ask<CustomProperties, void>("customProperties.saveAsync", all, (properties, callback) =>
    properties.saveAsync ? properties.saveAsync(callback) : MISSING,
  );
}
