import { Title2 } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

/** What there is to know at a glance. */
export default function Overview(): ReactNode {
  const { t } = useSpeech();
  return <Title2 as="h1">{t("overview.title")}</Title2>;
}
