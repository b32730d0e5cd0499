import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { MAILBOXES, mailboxes } from "../mailboxes/api.ts";

/** What a shared mailbox is called; its id as long as that is not known. */
export function TeamName({ id }: { readonly id: string }): ReactNode {
  const { data } = useQuery({ queryKey: [...MAILBOXES, "list"], queryFn: mailboxes.list });
  const found = data?.mailboxes.find((one) => one.id === id);
  return <bdi>{found ? found.name || found.email : id}</bdi>;
}
