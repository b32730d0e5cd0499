/** Has the browser keep something as a file of JSON, under a name. */
export function save(name: string, content: unknown): void {
  const text = JSON.stringify(content, undefined, 2);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to take it by then; what it holds is somebody's data.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
