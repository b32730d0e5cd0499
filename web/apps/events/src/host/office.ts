/**
 * What this file uses of Office.js. All of it may be missing: Outlooks know different sets of it, and what one knows may not answer.
 * `test/office.test.ts` compares it with the types of `@types/office-js`.
 */
export interface Result<Value> {
  /** `succeeded` or `failed`; the types call it a number. */
  readonly status: unknown;
  readonly value: Value;
}
export type Callback<Value> = (result: Result<Value>) => void;

export interface Readable<Value> {
  getAsync?(callback: Callback<Value>): void;
}
export interface Recipient {
  readonly emailAddress?: string;
  readonly displayName?: string;
}
export interface AttachmentDetails {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly attachmentType: string;
  readonly isInline: boolean;
}
export interface Item {
  readonly to?: Readable<Recipient[]>;
  readonly cc?: Readable<Recipient[]>;
  readonly bcc?: Readable<Recipient[]>;
  readonly from?: Readable<Recipient>;
  readonly subject?: Readable<string>;
  readonly body?: { getAsync?(coercion: "text", callback: Callback<string>): void };
  getAttachmentsAsync?(callback: Callback<AttachmentDetails[]>): void;
  readonly internetHeaders?: {
    getAsync?(names: string[], callback: Callback<Record<string, string>>): void;
  };
  readonly sessionData?: {
    getAsync?(name: string, callback: Callback<string>): void;
    setAsync?(name: string, value: string, callback: Callback<void>): void;
  };
  readonly notificationMessages?: {
    replaceAsync?(key: string, message: Notification, callback: Callback<void>): void;
    removeAsync?(key: string, callback: Callback<void>): void;
  };
}
export interface Notification {
  readonly type: "insightMessage" | "informationalMessage";
  readonly message: string;
  /** Name of a resource of the manifest. */
  readonly icon: string;
  readonly persistent?: boolean;
  readonly actions?: {
    actionType: "showTaskPane";
    actionText: string;
    commandId: string;
    contextData: string;
  }[];
}
export interface Settings {
  get?(name: string): unknown;
  set?(name: string, value: string): void;
  saveAsync?(callback: Callback<void>): void;
}
export interface OfficeApi {
  readonly actions?: { associate?(name: string, handler: (event: Event) => void): void };
  onReady?(callback: () => void): unknown;
  readonly context?: {
    readonly displayLanguage?: string;
    readonly roamingSettings?: Settings;
    readonly requirements?: { isSetSupported?(name: string, version: string): boolean };
    readonly mailbox?: { readonly item?: Item; readonly userProfile?: { readonly emailAddress?: string } };
  };
}
export interface Event {
  completed(options?: object): void;
}
