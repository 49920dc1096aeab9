/** Runs: begun, canceled, looked back at, compared; how each node of an experiment stands; why it does. */
import { useQuery } from '@tanstack/react-query'

import { address, api, pathOf } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Run = Schemas['Run']
export type RunSummary = Schemas['RunSummary']
export type Step = Schemas['Step']
export type StepError = Schemas['StepError']
export type Change = Schemas['Change']
export type Log = Schemas['Log']
export type Why = Schemas['Why']
export type RunComparison = Schemas['RunComparison']
export type NodeOutput = Schemas['NodeOutput']
/** A node as the server sees it now. */
export type Standing = Schemas['NodeState']

export interface RunWish {
  targets?: string[]
  fresh?: boolean
  fail_fast?: boolean
}

const runPath = (run: string, ...rest: string[]) => pathOf('v1', 'runs', run, ...rest)
const nodePath = (run: string, node: string, ...rest: string[]) => runPath(run, 'nodes', node, ...rest)

export const runs = {
  start: (experiment: string, wish: RunWish) =>
    api<Run>(pathOf('v1', 'experiments', experiment, 'runs'), { method: 'POST', body: wish }),
  cancel: (run: string) => api<Run>(runPath(run, 'cancel'), { method: 'POST', body: {} }),
  get: (run: string, signal?: AbortSignal) => api<Run>(runPath(run), { signal }),
  newest: (experiment: string, limit: number, signal?: AbortSignal) =>
    api<RunSummary[]>('/v1/runs', { query: { experiment, limit }, signal }),
  standings: (experiment: string) => api<Standing[]>(pathOf('v1', 'experiments', experiment, 'nodes')),
  eventsOf: (run: string) => runPath(run, 'events'),
  picture: (run: string, node: string, name: string) => nodePath(run, node, 'pictures', name),
  /** A zip with the script, what came in at it, and what calls it. */
  debug: (run: string, node: string) => nodePath(run, node, 'debug'),
}

/** The path below which an output can be looked at. */
export const outputPath = (run: string, node: string, port: string) => runPath(run, 'outputs', node, port)

/** A finished run never changes. */
export function usePastRun(run: string | null) {
  return useQuery({
    queryKey: ['runs', run],
    queryFn: ({ signal }) => runs.get(run ?? '', signal),
    enabled: run !== null,
    staleTime: ({ state }) => (state.data?.ended ? Infinity : 0),
  })
}

export function useRuns(experiment: string, limit: number, newest: string | null) {
  return useQuery({
    queryKey: ['runs', 'of', experiment, limit, newest],
    queryFn: ({ signal }) => runs.newest(experiment, limit, signal),
    placeholderData: (before) => before,
  })
}

export function useLog(run: string | null, node: string | null, enabled = true) {
  return useQuery({
    queryKey: ['runs', run, 'log', node],
    queryFn: ({ signal }) => api<Log>(nodePath(run ?? '', node ?? '', 'log'), { signal }),
    enabled: enabled && run !== null && node !== null,
    staleTime: Infinity,
  })
}

/** Why a node ran, or not, in a run. */
export function useWhyThen(run: string | null, node: string) {
  return useQuery({
    queryKey: ['runs', run, 'why', node],
    queryFn: ({ signal }) => api<Why>(nodePath(run ?? '', node, 'why'), { signal }),
    enabled: run !== null,
    staleTime: Infinity,
  })
}

/** Why it would now; asked anew for each saved document. */
export function useWhyNow(experiment: string, node: string, etag: string | null, enabled = true) {
  return useQuery({
    queryKey: ['experiments', experiment, 'why', node, etag],
    queryFn: ({ signal }) => api<Why>(pathOf('v1', 'experiments', experiment, 'nodes', node, 'why'), { signal }),
    enabled,
  })
}

export function useComparison(a: string | null, b: string | null) {
  return useQuery({
    queryKey: ['runs', a, 'compare', b],
    queryFn: ({ signal }) => api<RunComparison>(address(runPath(a ?? '', 'compare'), { other: b }), { signal }),
    enabled: a !== null && b !== null,
  })
}
