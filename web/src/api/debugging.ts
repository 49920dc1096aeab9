/** A script that failed: what its variables held, and a debugger that attaches to it. */
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, ApiError, pathOf } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
/** A frame of the traceback, in the script or its bundle. */
export type Frame = Schemas['Frame']
export type Variable = Schemas['Variable']
export type FailedTable = Schemas['FailedTable']

/** A script that waits, or waited, for a debugger; `configuration` is an entry of VS Code's launch.json. */
export type DebuggerSession = Schemas['DebuggerSession']

const MISSING = 404
const LOOK = 2_000 // ms between looks at a session that goes on

const nodePath = (run: string, node: string, what: string) => pathOf('v1', 'runs', run, 'nodes', node, what)
const keyOf = (run: string | null, node: string) => ['runs', run, 'debugger', node]

/** The frames, the innermost first; null where none were kept. They never change. */
export function useVariables(run: string | null, node: string) {
  return useQuery({
    queryKey: ['runs', run, 'variables', node],
    queryFn: ({ signal }) => orNull(api<Frame[]>(nodePath(run ?? '', node, 'variables'), { signal })),
    enabled: run !== null,
    staleTime: Infinity,
  })
}

/** The session of a script, looked at again while it goes on; null where there is none. */
export function useDebugger(run: string | null, node: string) {
  return useQuery({
    queryKey: keyOf(run, node),
    queryFn: ({ signal }) => orNull(api<DebuggerSession>(nodePath(run ?? '', node, 'debugger'), { signal })),
    enabled: run !== null,
    refetchInterval: ({ state: { data } }) => (data && !isOver(data) ? LOOK : false),
  })
}

export const isOver = ({ state }: Pick<DebuggerSession, 'state'>) => state === 'ended'

export function useStartDebugger(run: string, node: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => api<DebuggerSession>(nodePath(run, node, 'debugger'), { method: 'POST', body: {} }),
    onSuccess: (session) => keep(queries, run, node, session),
  })
}

export function useStopDebugger(run: string, node: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => orNull(api<unknown>(nodePath(run, node, 'debugger'), { method: 'DELETE' })),
    onSuccess: () => keep(queries, run, node, null),
  })
}

async function keep(queries: QueryClient, run: string, node: string, session: DebuggerSession | null): Promise<void> {
  await queries.cancelQueries({ queryKey: keyOf(run, node) }) // an older answer does not count
  queries.setQueryData(keyOf(run, node), session)
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.status === MISSING) return null
    throw error
  }
}
