import { connect } from "@sealpost/api-client";

import { carried, renewed } from "./bearer.ts";

/** The service, asked in the language that is spoken, by whoever has signed in. */
export const api = connect(() => document.documentElement.lang, { bearer: carried, renewed });
