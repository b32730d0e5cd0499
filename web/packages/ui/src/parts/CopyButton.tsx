import { Button } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { useSpeech } from "../language/LanguageProvider.tsx";

interface Props {
  readonly text: string;
  /** What it copies, for those who do not see what it stands beside. */
  readonly what: string;
}

/** Copies; says whether it has. */
export function CopyButton({ text, what }: Props): ReactNode {
  const { t } = useSpeech();
  const [outcome, setOutcome] = useState<"copied" | "failed">();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  return (
    <>
      <Button size="small" aria-label={what} onClick={() => void copy()}>
        {outcome === "copied" ? t("copy.done") : t("copy")}
      </Button>
      <span role="status">{outcome === "failed" ? t("copy.failed") : ""}</span>
    </>
  );
}
