import { Link, Text } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

/** Whom to ask: what the organisation has said, a mail address or an `https` link, or else its administrator. */
export function SupportLine({ support }: { readonly support?: string | undefined }): ReactNode {
  const { t } = useSpeech();
  if (!support) return <Text>{t("signin.ask_admin")}</Text>;
  const isLink = support.startsWith("https://");
  return (
    <Text>
      {t("signin.ask")}{" "}
      <Link href={isLink ? support : `mailto:${support}`} target="_blank" rel="noopener">
        {support}
      </Link>
    </Text>
  );
}
