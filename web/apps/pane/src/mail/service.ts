/** What the service is asked about the transfer of a mail. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

export type Transfer = Shape<"Transfer">;
export type CreateTransfer = Shape<"CreateTransfer">;

/** What of a draft is to be something else; `null` takes away. */
export type ChangeTransfer = Shape<"ReviseTransfer">;
/** The link of a mail, and the right to make its transfer available when the mail is sent. */
export type MailLink = Shape<"MailLink">;

/** Each call throws `Problem` or `NoConnection`. */
export interface Service {
  readonly create: (body: CreateTransfer) => Promise<Transfer>;
  readonly change: (id: string, body: ChangeTransfer) => Promise<Transfer>;
  readonly mailLink: (id: string) => Promise<MailLink>;
  /** Nothing if there is none, or none of the caller's. */
  readonly get: (id: string) => Promise<Transfer | undefined>;
  readonly send: (id: string) => Promise<Transfer>;
  readonly remove: (id: string) => Promise<void>;
}

export const service: Service = {
  create: (body) => answer(api.POST("/api/v1/transfers", { body })),
  change: (id, body) => answer(api.PATCH("/api/v1/transfers/{transfer_id}", { ...of(id), body })),
  mailLink: (id) => answer(api.POST("/api/v1/transfers/{transfer_id}/mail", of(id))),
  get: (id) => unlessGone(answer(api.GET("/api/v1/transfers/{transfer_id}", of(id)))),
  send: async (id) => (await answer(api.POST("/api/v1/transfers/{transfer_id}/send", of(id)))).transfer,
  remove: async (id) => {
    await unlessGone(answer(api.DELETE("/api/v1/transfers/{transfer_id}", of(id))));
  },
};

function of(id: string): { params: { path: { transfer_id: string } } } {
  return { params: { path: { transfer_id: id } } };
}

async function unlessGone<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Problem && [404, 410].includes(error.status)) return undefined;
    throw error;
  }
}
