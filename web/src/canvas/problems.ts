/** What the server finds wrong with the document that it has: asked after each save. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'

import { api, pathOf } from '../api/client'
import { groupBy } from '../document/grouping'
import type { Experiment } from '../document/types'
import { errorWords } from '../words/words'
import { useDoc, useHandle, useView } from './context'

export interface Problem {
  code: string
  message: string
  node: string | null
  port: string | null
  parameter: string | null
  line: number | null
  severity: 'error' | 'warning'
}

const NONE: readonly Problem[] = []

/** Keep the problems of the last saved document in the view; those before stay while the next ones are found. */
export function useCheck(): void {
  const { experiment, store, view } = useHandle()
  const etag = useDoc((state) => (state.isReadOnly ? null : state.etag))
  const { data } = useQuery({
    queryKey: ['experiments', experiment, 'problems', etag],
    queryFn: ({ signal }) => problemsOf(experiment, store.getState().document, signal),
    enabled: etag !== null,
    staleTime: Infinity,
  })
  useEffect(() => {
    if (data) view.setState(({ problemsOf }) => ({ problems: data, problemsOf: kept(problemsOf, groupBy(data, (each) => each.node ?? '')) }))
  }, [data, view])
}

/** What is wrong with an experiment; with one that has only just been begun, nothing. */
export async function problemsOf(experiment: string, { nodes }: Experiment, signal: AbortSignal): Promise<Problem[]> {
  if (!Object.keys(nodes).length) return []
  const path = `${pathOf('v1', 'experiments', experiment)}/check`
  const { problems } = await api<{ problems: Problem[] }>(path, { method: 'POST', signal })
  return problems.map((each) => ({ ...each, message: errorWords(each.code, each.message) }))
}

/** The new ones by node; where a node has the same as before they are the same list, so that it is not drawn again. */
function kept(before: ReadonlyMap<string, readonly Problem[]>, now: ReadonlyMap<string, readonly Problem[]>) {
  const isSame = (one: readonly Problem[], other: readonly Problem[] | undefined) =>
    one.length === other?.length && one.every((each, index) => each.message === other[index]?.message && each.severity === other[index].severity)
  return new Map([...now].map(([node, found]) => [node, isSame(found, before.get(node)) ? (before.get(node) ?? found) : found]))
}

export const useAllProblems = (): readonly Problem[] => useView((view) => view.problems)

/** Those of one node. */
export const useProblems = (id: string): readonly Problem[] => useView((view) => view.problemsOf.get(id) ?? NONE)
