/** Files that the tenant's rules refuse: nothing was made or sealed. */
export class FilesRefused extends Error {
  override readonly name = "FilesRefused";

  /** Why, for each. */
  constructor(readonly problems: readonly Error[]) {
    super("the rules refuse files");
  }
}
