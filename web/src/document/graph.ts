/** The graph of an experiment as its modules read it: edges between ports that are known, order, what fits. */
import { type Catalogue, findPort, fits, keyFor, type Module, type Port } from './catalogue'
import { type Experiment, type ExperimentNode, own, parseSource } from './types'

/** One edge. Ports are null where the module or its port is not known. */
export interface Wire {
  readonly from: string
  readonly output: Port | null
  readonly to: string
  readonly input: Port | null
  /** As the file spells them. */
  readonly key: string
}

export interface PortPlace {
  readonly node: string
  readonly port: Port
}

export function moduleOf(node: ExperimentNode | undefined, catalogue: Catalogue): Module | undefined {
  return node && catalogue.find(node.module)
}

/** The edges into one node, in the order of its file. */
export function wiresInto(experiment: Experiment, id: string, catalogue: Catalogue): Wire[] {
  const node = own(experiment.nodes, id)
  const module = moduleOf(node, catalogue)
  return Object.entries(node?.inputs ?? {}).flatMap(([key, text]) => {
    const { node: from, port } = parseSource(text)
    const source = own(experiment.nodes, from)
    if (!source) return []
    const begin = moduleOf(source, catalogue)
    const output = begin && (port === null ? begin.outputs[0] : findPort(begin.outputs, port))
    return [{ from, output: output ?? null, to: id, input: (module && findPort(module.inputs, key)) ?? null, key }]
  })
}

export function wires(experiment: Experiment, catalogue: Catalogue): Wire[] {
  return Object.keys(experiment.nodes).flatMap((id) => wiresInto(experiment, id, catalogue))
}

/** Ids to the ids that feed them. */
export function feeders(experiment: Experiment): Map<string, string[]> {
  return new Map(
    Object.entries(experiment.nodes).map(([id, node]) => [
      id,
      [...new Set(Object.values(node.inputs).map((text) => parseSource(text).node))].filter((from) => own(experiment.nodes, from)),
    ]),
  )
}

export function fed(experiment: Experiment): Map<string, string[]> {
  const found = new Map<string, string[]>(Object.keys(experiment.nodes).map((id) => [id, []]))
  for (const [id, sources] of feeders(experiment)) for (const from of sources) found.get(from)?.push(id)
  return found
}

/** Whether a node is reached from another, going along the edges. */
export function reaches(experiment: Experiment, from: string, to: string): boolean {
  const next = fed(experiment)
  const open = [from]
  const seen = new Set(open)
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true
    for (const each of next.get(id) ?? []) {
      if (seen.has(each)) continue
      seen.add(each)
      open.push(each)
    }
  }
  return false
}

/** Every node after what feeds it; those in a circle come last, as the file has them. */
export function ordered(experiment: Experiment): string[] {
  const waits = new Map([...feeders(experiment)].map(([id, sources]) => [id, sources.length]))
  const next = fed(experiment)
  const ready = Object.keys(experiment.nodes).filter((id) => waits.get(id) === 0)
  const found: string[] = []
  for (const id of ready) {
    found.push(id)
    for (const each of next.get(id) ?? []) {
      const left = (waits.get(each) ?? 0) - 1
      waits.set(each, left)
      if (left === 0) ready.push(each)
    }
  }
  const done = new Set(found)
  return [...found, ...Object.keys(experiment.nodes).filter((id) => !done.has(id))]
}

export type Refusal = 'same-node' | 'type' | 'circle'

/** Why an edge cannot be, or null where it can. */
export function refusal(experiment: Experiment, from: PortPlace, to: PortPlace): Refusal | null {
  if (from.node === to.node) return 'same-node'
  if (!fits(from.port.type, to.port.type)) return 'type'
  return reaches(experiment, to.node, from.node) ? 'circle' : null
}

/** The input ports that an output may feed, free ones first. */
export function targetsOf(experiment: Experiment, from: PortPlace, catalogue: Catalogue): (PortPlace & { isFree: boolean })[] {
  return allPorts(experiment, catalogue, 'inputs')
    .filter((to) => refusal(experiment, from, to) === null)
    .map((to) => ({ ...to, isFree: !isConnected(experiment, to) }))
    .sort((one, other) => Number(other.isFree) - Number(one.isFree))
}

/** The output ports that may feed an input. */
export function sourcesOf(experiment: Experiment, to: PortPlace, catalogue: Catalogue): PortPlace[] {
  return allPorts(experiment, catalogue, 'outputs').filter((from) => refusal(experiment, from, to) === null)
}

export function allPorts(experiment: Experiment, catalogue: Catalogue, side: 'inputs' | 'outputs'): PortPlace[] {
  return Object.entries(experiment.nodes).flatMap(([node, each]) =>
    (moduleOf(each, catalogue)?.[side] ?? []).map((port) => ({ node, port })),
  )
}

export function isConnected(experiment: Experiment, { node, port }: PortPlace): boolean {
  const inputs = own(experiment.nodes, node)?.inputs ?? {}
  return keyFor(inputs, port.name, port.title, ...port.spellings) !== undefined
}

/** By which name an edge into a port is kept: as the file has it, else the port's own. */
export function inputKey(experiment: Experiment, { node, port }: PortPlace): string {
  return keyFor(own(experiment.nodes, node)?.inputs ?? {}, port.name, port.title, ...port.spellings) ?? port.name
}
