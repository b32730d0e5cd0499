/** A mail that has come, or was sent. */
import type { Coercion, ReadItem } from "./api.ts";
import { ask, MISSING } from "./call.ts";
import { CustomProperty } from "./kept.ts";

export class Reading {
  readonly kind = "reading";
  readonly property: CustomProperty;

  constructor(readonly item: ReadItem) {
    this.property = new CustomProperty(item);
  }

  get subject(): string {
    return this.item.subject ?? "";
  }

  get from(): string {
    return (this.item.from?.emailAddress ?? "").toLowerCase();
  }

  body(kind: Coercion): Promise<string> {
    return ask<NonNullable<ReadItem["body"]>, string>("body.getAsync", this.item.body, (body, callback) =>
      body.getAsync ? body.getAsync(kind, callback) : MISSING,
    );
  }

  /** All headers as they came, as one text (Mailbox 1.8). */
  headers(): Promise<string> {
    return ask<ReadItem, string>("getAllInternetHeadersAsync", this.item, (item, callback) =>
      item.getAllInternetHeadersAsync ? item.getAllInternetHeadersAsync(callback) : MISSING,
    );
  }
}
