/** A part of the page could not be fetched: there is no network, or a release has put other files in its place. */
export class MissingPart extends Error {
  override readonly name = "MissingPart";
}

/** What comes of fetching a part of the page; throws [`MissingPart`]. */
export async function part<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch {
    throw new MissingPart();
  }
}
