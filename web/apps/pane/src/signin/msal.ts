/** What the pane needs of Microsoft's library, and no more of it: fetched when somebody is signed in by Outlook. */
export {
  BrowserCacheLocation,
  createNestablePublicClientApplication,
  LogLevel,
  PublicClientApplication,
} from "@azure/msal-browser";
