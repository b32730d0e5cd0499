import { answer } from "@sealpost/api-client";
import { api, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

/** How many seats there are, and are given; empty until that is known. */
export function SeatCount(): ReactNode {
  const { t } = useSpeech();
  const { data } = useQuery({
    queryKey: ["admin", "licence"],
    queryFn: () => answer(api.GET("/api/v1/admin/licence")),
  });
  if (!data) return " ";
  const { seats, seats_assigned, seats_over } = data;
  if (seats === undefined) return t("users.seats_unbounded", { count: seats_assigned });
  const over = seats_over > 0 ? ` ${t("users.seats_over", { count: seats_over })}` : "";
  return t("users.seats", { count: seats_assigned, all: seats }) + over;
}
