import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  at,
  contested,
  type Document,
  differing,
  type Edits,
  edited,
  type Json,
  type Path,
  patchOf,
} from "./document.ts";
import { type Fault, placed, readable } from "./fault.ts";
import { PATHS } from "./fields.ts";
import { useLabel } from "./useShown.ts";

/** A version of the policy, as the service tells it. */
export type Version = Omit<Shape<"Policy">, "policy"> & { readonly policy: Document };

export const POLICY = ["policy"] as const;

/** The policy that counts, and what was changed of it here and is not saved yet. */
export interface Draft {
  readonly version: Version;
  readonly edits: Edits;
  readonly faults: ReadonlyMap<Path, Fault>;
  /** Counted up when fields are to forget what was written in them. */
  readonly round: number;
  /** What else was changed by somebody else while something was written here. */
  readonly meanwhile: { readonly version: number; readonly both: readonly Path[] } | undefined;
  readonly saving: boolean;
  readonly saved: Version | undefined;
  /** Why it was not saved, unless it stands at a field, or somebody else was faster. */
  readonly refused: Error | null;
  readonly value: (path: Path) => Json;
  readonly edit: (path: Path, value: Json) => void;
  /** Says that what is written at a place cannot be, or can. */
  readonly find: (path: Path, fault: Fault | undefined) => void;
  readonly undo: (path?: Path) => void;
  readonly save: () => void;
}

export interface Loading {
  readonly draft: Draft | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

export function asVersion(policy: Shape<"Policy">): Version {
  return { ...policy, policy: policy.policy as unknown as Document };
}

const NONE: Edits = new Map();
const FAULTLESS: ReadonlyMap<Path, Fault> = new Map();

/** The policy, to be changed. What was written stays when somebody else saves in between. */
export function useDraft(): Loading {
  const queries = useQueryClient();
  const guarded = useGuarded();
  const label = useLabel();
  const { data, error, refetch } = useQuery({
    queryKey: POLICY,
    queryFn: async () => asVersion(await answer(api.GET("/api/v1/admin/policy"))),
  });
  const [edits, setEdits] = useState(NONE);
  const [faults, setFaults] = useState(FAULTLESS);
  const [round, setRound] = useState(0);
  const [meanwhile, setMeanwhile] = useState<Draft["meanwhile"]>();
  const [saved, setSaved] = useState<Version>();
  const seen = useRef<Version>(undefined);

  useEffect(() => {
    const before = seen.current;
    seen.current = data;
    if (!before || !data || before.version === data.version) return;
    setEdits((written) => {
      if (written.size > 0)
        setMeanwhile({ version: data.version, both: contested(before.policy, data.policy, written) });
      return differing(data.policy, written);
    });
  }, [data]);

  const find = useCallback((path: Path, fault: Fault | undefined) => {
    setFaults((known) => {
      if (known.get(path) === fault) return known;
      const next = new Map(known);
      if (fault) next.set(path, fault);
      else next.delete(path);
      return next;
    });
  }, []);

  const {
    mutate,
    isPending,
    error: refusal,
    reset,
  } = useMutation({
    mutationFn: async ({ version, patch }: { version: number; patch: Document }) =>
      asVersion(
        await guarded(() =>
          answer(
            api.PATCH("/api/v1/admin/policy", {
              params: { header: { "If-Match": `"${version}"` } },
              body: patch,
            }),
          ),
        ),
      ),
    onSuccess: (version) => {
      // What is written from here on is compared with this version, and not told as somebody else's.
      seen.current = version;
      queries.setQueryData(POLICY, version);
      void queries.invalidateQueries({ queryKey: ["policy-versions"] });
      void queries.invalidateQueries({ queryKey: ["bootstrap"] });
      setEdits(NONE);
      setFaults(FAULTLESS);
      setRound((round) => round + 1);
      setMeanwhile(undefined);
      setSaved(version);
    },
    onError: (problem) => {
      if (wasFaster(problem)) void refetch();
      const place = placed(problem, [...edits.keys()]);
      if (place) find(place.path, { ...place.fault, text: readable(place.fault.text, label, PATHS) });
    },
  });

  const draft = useMemo<Draft | undefined>(() => {
    if (!data) return undefined;
    const value = (path: Path) => edits.get(path) ?? (edits.has(path) ? null : at(data.policy, path));
    return {
      version: data,
      edits,
      faults,
      round,
      meanwhile,
      saving: isPending,
      saved,
      refused: wasFaster(refusal) || [...faults.values()].some(({ isTold }) => isTold) ? null : refusal,
      value,
      find,
      edit: (path, next) => {
        setSaved(undefined);
        reset();
        setFaults((known) => new Map([...known].filter(([one, { isTold }]) => one !== path && !isTold)));
        setEdits((written) => edited(data.policy, written, path, next));
      },
      undo: (path) => {
        setEdits((written) => (path ? new Map([...written].filter(([one]) => one !== path)) : NONE));
        setFaults((known) => (path ? new Map([...known].filter(([one]) => one !== path)) : FAULTLESS));
        setRound((round) => round + 1);
        if (!path) setMeanwhile(undefined);
        reset();
      },
      save: () => mutate({ version: data.version, patch: patchOf(edits) }),
    };
  }, [data, edits, faults, round, meanwhile, isPending, saved, refusal, find, mutate, reset]);

  return { draft, error, retry: () => void refetch() };
}

function wasFaster(error: Error | null): boolean {
  return error instanceof Problem && error.code === "precondition_failed";
}
