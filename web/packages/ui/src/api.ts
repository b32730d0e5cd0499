import { connect } from "@sealpost/api-client";

/** The service, asked in the language that is spoken. */
export const api = connect(() => document.documentElement.lang);
