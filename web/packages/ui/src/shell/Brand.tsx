import { makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  brand: { display: "flex", alignItems: "center", gap: "0.5rem", fontSize: "1.125rem", fontWeight: 600 },
  // Where colours are dark, a logo that was drawn for paper stands on paper.
  logo: {
    height: "2.25rem",
    maxWidth: "12rem",
    padding: "0.125rem",
    background: "#fff",
    borderRadius: "0.25rem",
  },
});

/** Whose page it is: the tenant's logo, or else its name. */
export function Brand({
  branding,
}: {
  readonly branding: Pick<Shape<"Branding">, "name" | "logo">;
}): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.brand}>
      {branding.logo ? (
        <img className={styles.logo} src={branding.logo} alt={branding.name} />
      ) : (
        <bdi>{branding.name}</bdi>
      )}
    </div>
  );
}
