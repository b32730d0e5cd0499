/** Asks who is here to prove it, where an act takes a proof: for pages that have such acts, with texts of its own. */
export { type Prove, useGuarded, useProve } from "./context.ts";
export { StepUpProvider } from "./StepUpProvider.tsx";
export { PROOF } from "./texts.ts";
