/**
 * What the pane uses of Office.js. All of it may be missing: Outlooks know different sets of it, and what one knows may not answer.
 * `test/office.test.ts` compares it with the types of `@types/office-js`.
 */
export interface Result<Value> {
  /** `succeeded` or `failed`; the types call it a number. */
  readonly status: unknown;
  readonly value: Value;
  readonly error?: { readonly code?: number; readonly name?: string; readonly message?: string } | undefined;
}
export type Callback<Value> = (result: Result<Value>) => void;

/** How text is meant that a body is given, or asked for. */
export type Coercion = "html" | "text";

export interface Readable<Value> {
  getAsync?(callback: Callback<Value>): void;
}
export interface Person {
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
export interface AttachmentContent {
  readonly content: string;
  readonly format: string;
}
export interface Body {
  getTypeAsync?(callback: Callback<string>): void;
  getAsync?(coercion: Coercion, callback: Callback<string>): void;
  setAsync?(data: string, options: { coercionType: Coercion }, callback: Callback<void>): void;
  setSelectedDataAsync?(data: string, options: { coercionType: Coercion }, callback: Callback<void>): void;
  prependAsync?(data: string, options: { coercionType: Coercion }, callback: Callback<void>): void;
}
export interface SessionData {
  getAsync?(name: string, callback: Callback<string>): void;
  setAsync?(name: string, value: string, callback: Callback<void>): void;
  removeAsync?(name: string, callback: Callback<void>): void;
}
export interface InternetHeaders {
  getAsync?(names: string[], callback: Callback<Record<string, string>>): void;
  setAsync?(headers: Record<string, string>, callback: Callback<void>): void;
  removeAsync?(names: string[], callback: Callback<void>): void;
}
export interface CustomProperties {
  get?(name: string): unknown;
  set?(name: string, value: string): void;
  remove?(name: string): void;
  saveAsync?(callback: Callback<void>): void;
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
export interface Notifications {
  replaceAsync?(key: string, message: Notification, callback: Callback<void>): void;
  removeAsync?(key: string, callback: Callback<void>): void;
}
export interface Handled {
  addHandlerAsync?(type: string, handler: (event: unknown) => void, callback: Callback<void>): void;
}

/** A mail that is being written. */
export interface ComposeItem extends Handled {
  readonly to?: Readable<Person[]>;
  readonly cc?: Readable<Person[]>;
  readonly bcc?: Readable<Person[]>;
  readonly from?: Readable<Person>;
  readonly subject?: Readable<string>;
  readonly body?: Body;
  readonly sessionData?: SessionData;
  readonly internetHeaders?: InternetHeaders;
  readonly notificationMessages?: Notifications;
  getAttachmentsAsync?(callback: Callback<AttachmentDetails[]>): void;
  getAttachmentContentAsync?(id: string, callback: Callback<AttachmentContent>): void;
  removeAttachmentAsync?(id: string, callback: Callback<void>): void;
  loadCustomPropertiesAsync?(callback: Callback<CustomProperties>): void;
  getInitializationContextAsync?(callback: Callback<string>): void;
}

/** A mail that has come, or was sent. */
export interface ReadItem {
  readonly itemId?: string;
  readonly subject?: string;
  readonly from?: Person;
  readonly body?: Pick<Body, "getAsync">;
  getAllInternetHeadersAsync?(callback: Callback<string>): void;
  loadCustomPropertiesAsync?(callback: Callback<CustomProperties>): void;
  getInitializationContextAsync?(callback: Callback<string>): void;
}

export interface Mailbox extends Handled {
  readonly item?: ComposeItem | ReadItem | null;
  readonly userProfile?: {
    readonly emailAddress?: string;
    readonly displayName?: string;
    readonly accountType?: string;
  };
}
/** A window that Outlook has opened. */
export interface Dialog {
  close?(): void;
  addEventHandler?(type: never, handler: (event: object) => void): void;
}
export interface Settings {
  get?(name: string): unknown;
  set?(name: string, value: string): void;
  saveAsync?(callback: Callback<void>): void;
}
export interface Ui {
  displayDialogAsync?(
    address: string,
    options: { height: number; width: number },
    callback: Callback<Dialog>,
  ): void;
  openBrowserWindow?(address: string): void;
}
export interface OfficeTheme {
  readonly bodyBackgroundColor?: string;
}

export interface OfficeApi {
  readonly EventType?: { readonly ItemChanged?: unknown; readonly DialogEventReceived?: unknown };
  readonly actions?: { associate?(name: string, handler: (event: CommandEvent) => void): void };
  onReady?(callback: (info: { readonly host: unknown }) => void): unknown;
  readonly context?: {
    readonly displayLanguage?: string;
    readonly platform?: unknown;
    readonly officeTheme?: OfficeTheme;
    readonly ui?: Ui;
    readonly roamingSettings?: Settings;
    readonly requirements?: { isSetSupported?(name: string, version?: string): boolean };
    readonly mailbox?: Mailbox;
  };
}
/** A function command has run as long as it is not completed. */
export interface CommandEvent {
  completed(): void;
}
