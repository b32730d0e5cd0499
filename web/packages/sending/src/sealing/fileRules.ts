/** What the tenant's rules say of files that nobody else can look into: each is looked at here, and what it is goes along as a statement. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { type Findings, look, refusalOf, type TypeRules } from "@sealpost/content/files";
import { api } from "@sealpost/ui";

import { FileChanged } from "../upload/read.ts";

/** The rules about files, and their version. */
export interface FileRules {
  readonly types: TypeRules;
  readonly version: number;
}

/** What the service says now. */
async function asked(): Promise<FileRules> {
  const { policy } = await answer(api.GET("/api/v1/addin/bootstrap"));
  // The description of the API calls them an object; what they say is described beside the engine.
  return { types: policy.types as unknown as TypeRules, version: policy.version };
}

/** The rules by which files are looked at, asked for when they are first needed. */
export class Rules {
  #known: Promise<FileRules> | undefined;

  constructor(private readonly ask: () => Promise<FileRules> = asked) {}

  /** What a file is. Fails as what the service would say (`type_refused`) if it may not be sent, with [`FileChanged`] if it cannot be read. */
  async look(name: string, file: Blob): Promise<Findings> {
    const findings = await look(name, file).catch(() => {
      throw new FileChanged();
    });
    refuse(await this.#current(), name, findings);
    return findings;
  }

  /** What is stated of a file, by the rules of this moment; fails with `type_refused`. */
  async state(name: string, findings: Findings): Promise<Shape<"FileStatement">> {
    const rules = await this.#current();
    refuse(rules, name, findings);
    return { kinds: [...findings.kinds], policy_version: rules.version };
  }

  /** They are others by now. */
  forget(): void {
    this.#known = undefined;
  }

  #current(): Promise<FileRules> {
    this.#known ??= this.ask().catch((error: unknown) => {
      this.forget();
      throw error;
    });
    return this.#known;
  }
}

/** Fails, in the words of the rule, for a file that may not be sent. */
function refuse({ types }: FileRules, name: string, findings: Findings): void {
  const refusal = refusalOf(types, name, findings);
  if (refusal) throw typeRefused(name, refusal as Pick<Shape<"RefusedFile">, "rule" | "what">);
}

function typeRefused(name: string, refusal: Pick<Shape<"RefusedFile">, "rule" | "what">): Problem {
  return new Problem(422, { code: "type_refused", file: { name, ...refusal } }, undefined, undefined);
}
