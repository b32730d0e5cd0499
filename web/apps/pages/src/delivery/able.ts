/** Whether this browser has what sealed files are opened with. */
export function isAble(): boolean {
  return (
    window.isSecureContext &&
    typeof crypto.subtle === "object" &&
    typeof WebAssembly === "object" &&
    "any" in AbortSignal &&
    typeof ReadableStream === "function"
  );
}
