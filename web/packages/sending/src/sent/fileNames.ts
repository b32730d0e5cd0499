import type { Shape } from "@sealpost/api-client";
import type { Translate } from "@sealpost/ui";

/** What files are called, by their ids. Of those that were sealed by their sender the service knows no more than how many there are. */
export function fileNames({ files, mode }: Shape<"Transfer">, t: Translate): ReadonlyMap<string, string> {
  const nameless = (at: number) =>
    mode === "zero_knowledge" ? t("sealing.file", { number: at + 1 }) : t("detail.sealed_name");
  return new Map(files.map(({ id, name }, at) => [id, name ?? nameless(at)]));
}
