import { useGuarded } from "@sealpost/ui/stepUp";
import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";

/**
 * Something that changes what the service keeps. Where it takes a proof of who one is, that is asked for in place, and the act
 * goes on. Afterwards everything is asked anew that begins with one of the keys in `touches`.
 */
export function useAct<Input, Output>(
  act: (input: Input) => Promise<Output>,
  touches: readonly QueryKey[],
): UseMutationResult<Output, Error, Input> {
  const guarded = useGuarded();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => guarded(() => act(input)),
    onSuccess: () => Promise.all(touches.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
