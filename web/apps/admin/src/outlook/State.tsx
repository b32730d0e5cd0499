import { Link, MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { address } from "../shell/sections.ts";

/** Whether mails are looked at; if not, why, and where that can be changed. */
export function State({ state }: { readonly state: Shape<"AdminAddinState"> }): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <MessageBar intent={state === "active" ? "success" : "warning"} layout="multiline">
        <MessageBarBody>{t(`outlook.state.${state}`)}</MessageBarBody>
      </MessageBar>
      {state === "unlicensed" && (
        // Not in the bar, on whose ground a link cannot be read at night.
        <div>
          <Link {...leadingTo(address("licence"))}>{t("outlook.unlicensed.go")}</Link>
        </div>
      )}
    </>
  );
}
