/** What went wrong, as the API says it (RFC 9457). */
import type { components } from "./schema.ts";

type Body = components["schemas"]["Problem"];

/** A refusal or a failure that the service has told. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly body: Partial<Body>,
    /** Seconds to wait, if the service says so. */
    readonly retryAfter: number | undefined,
    /** The name of the request in the service's log. */
    readonly request: string | undefined,
  ) {
    super(body.title ?? `status ${status}`);
  }

  /** Goes by this: texts may change. */
  get code(): Body["code"] | undefined {
    return this.body.code;
  }

  /** Of an answer, whoever has given it: a proxy in between may speak another language. */
  static async of(response: Response): Promise<Problem> {
    return Problem.read(response.status, await response.text(), (name) => response.headers.get(name));
  }

  /** Of the parts of an answer. */
  static read(status: number, text: string, header: (name: string) => string | null | undefined): Problem {
    const seconds = Number.parseInt(header("Retry-After") ?? "", 10);
    const wait = Number.isNaN(seconds) ? undefined : seconds;
    const body = parsed(text);
    return new Problem(status, body, wait, header("X-Request-Id") ?? body.request_id);
  }
}

/** Nothing came back. */
export class NoConnection extends Error {
  override readonly name = "NoConnection";
}

function parsed(text: string): Partial<Body> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}
