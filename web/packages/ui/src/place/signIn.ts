/** The page to sign in on, which leads back to `path`. */
export function signInAddress(path: string): string {
  return `/signin?${new URLSearchParams({ return_to: path })}`;
}
