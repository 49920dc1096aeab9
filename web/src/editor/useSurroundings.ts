/** What is around a script on the canvas: which ports are connected, the columns of their data, its environment. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { api, pathOf } from '../api/client'
import type { components } from '../api/schema'
import { keyFor } from '../document/catalogue'
import { feeders } from '../document/graph'
import { useEditor } from '../document/store'
import { type Experiment, type ExperimentNode, own, parseSource } from '../document/types'
import { type RunState, useRun } from '../runs/state'
import type { Surroundings } from './assistant'
import type { Column } from './columns'

type Input = components['schemas']['NodeInput']

/** Undefined until it is known. */
export function useSurroundings(experiment: string, node: string, isWanted: boolean): Surroundings | undefined {
  const saved = useEditor(experiment, (state) => state.saved)
  const document = useEditor(experiment, (state) => state.document)
  const cause = useMemo(() => upstream(saved, node), [saved, node])
  const isSaved = own(saved.nodes, node) !== undefined
  const { data } = useQuery({
    queryKey: ['experiments', experiment, 'inputs', node, cause],
    queryFn: ({ signal }) => api<Input[]>(pathOf('v1', 'experiments', experiment, 'nodes', node, 'inputs'), { signal }),
    enabled: isWanted && isSaved,
    placeholderData: (before) => before,
  })
  // As text: the same as long as the columns are, however often a run tells something.
  const earlier = useRun(experiment, (run) => JSON.stringify(data?.map(({ source }) => columnsOf(run, source)) ?? []))
  const { environment, portMapping } = settings(own(document.nodes, node))
  return useMemo(
    () => data && { ...ports(data, JSON.parse(earlier) as (Column[] | null)[]), environment, portMapping },
    [data, earlier, environment, portMapping],
  )
}

/** Those of an output as it was last, where a run now would give another one. */
function columnsOf(run: RunState, source: string | null): readonly Column[] | null {
  if (source === null) return null
  const { node, port } = parseSource(source)
  return run.outputs(node, port ?? '')?.columns ?? null
}

/** `earlier` are columns that may hold still, where none are known for sure; one entry an input. */
export function ports(inputs: readonly Input[], earlier: readonly (readonly Column[] | null)[]): Pick<Surroundings, 'tables' | 'hasBundle'> {
  return {
    tables: inputs
      .map((input, index) => ({ ...input, columns: input.columns ?? earlier[index] ?? null }))
      .filter(({ type }) => type === 'DataTable')
      .map(({ source, columns }) => ({ isConnected: source !== null, columns })),
    hasBundle: inputs.some(({ type, source }) => type === 'Zip' && source !== null),
  }
}

/** What the columns hang on: all that comes before the node, and its wires; not the script that is being written. */
export function upstream(experiment: Experiment, node: string): string {
  const sources = feeders(experiment)
  const found = new Set<string>()
  const open = [...(sources.get(node) ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(sources.get(id) ?? []))
  }
  found.delete(node)
  const before = [...found].sort().map((id) => {
    const { module, inputs, parameters, pinned } = own(experiment.nodes, id) ?? {}
    return [id, module, inputs, parameters, pinned]
  })
  return JSON.stringify([own(experiment.nodes, node)?.inputs ?? null, before])
}

function settings(node: ExperimentNode | undefined): Pick<Surroundings, 'environment' | 'portMapping'> {
  const given = (name: string) => {
    const key = keyFor(node?.parameters ?? {}, name)
    return key === undefined ? undefined : node?.parameters[key]
  }
  const environment = given('environment')
  return {
    environment: typeof environment === 'string' && environment ? environment : 'default',
    portMapping: given('port_mapping') === 'slots' ? 'slots' : 'connected',
  }
}
