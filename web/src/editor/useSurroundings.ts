/** What is around a script on the canvas: which ports are connected, the columns of their data, its environment. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { api, pathOf } from '../api/client'
import type { components } from '../api/schema'
import { useEnvironments } from '../api/environments'
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
  const { named, oldNames, portMapping } = settings(own(document.nodes, node))
  const environments = useEnvironments().data
  const place = useMemo(
    () => placed(named, document.environment, oldNames, environments ?? []),
    [named, document.environment, oldNames, environments],
  )
  return useMemo(
    () => data && { ...ports(data, JSON.parse(earlier) as (Column[] | null)[]), ...place, portMapping },
    [data, earlier, place, portMapping],
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

const DEFAULT = 'default'
const READY = 'ready'

interface Known {
  readonly name: string
  readonly state?: string
  readonly compatibility?: boolean
}

/** What the node says of it; empty and null where it leaves it to the experiment. */
function settings(node: ExperimentNode | undefined): { named: string; oldNames: boolean | null; portMapping: Surroundings['portMapping'] } {
  const given = (name: string, title: string) => {
    const key = keyFor(node?.parameters ?? {}, name, title)
    const value = key === undefined ? undefined : node?.parameters[key]
    return typeof value === 'string' ? value.trim() : ''
  }
  const oldNames = given('old_names', 'Old library names').toLowerCase()
  return {
    named: given('environment', 'Environment'),
    oldNames: oldNames === 'on' ? true : oldNames === 'off' ? false : null,
    portMapping: given('port_mapping', 'Port mapping') === 'slots' ? 'slots' : 'connected',
  }
}

/** The node's environment, else the experiment's. One that is not built yet cannot be asked; `default` stands for it. */
export function placed(
  named: string,
  experiments: string,
  oldNames: boolean | null,
  known: readonly Known[],
): Pick<Surroundings, 'environment' | 'isNamed' | 'oldNames'> {
  const wanted = named || experiments || DEFAULT
  const found = known.find(({ name }) => name === wanted)
  const isReady = known.length === 0 || (found !== undefined && (found.state ?? READY) === READY)
  return {
    environment: isReady ? wanted : DEFAULT,
    isNamed: named !== '',
    oldNames: oldNames ?? found?.compatibility ?? false,
  }
}

