import { Problem } from "@sealpost/api-client";

/** Whether it says that somebody else has to seal, or may not. */
export function isAboutMode(error: Error | undefined): boolean {
  if (!(error instanceof Problem)) return false;
  return error.code === "mode_refused" || (error.code === "choice_locked" && error.body.detail === "mode");
}
