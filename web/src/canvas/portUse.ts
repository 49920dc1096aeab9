/** Whether ports have edges: asked for each port at each edit, so without going through the whole graph. */
import { findPort, keyFor, type Port } from '../document/catalogue'
import { type Experiment, own, parseSource } from '../document/types'

export function isPortFed(document: Experiment, node: string, port: Port): boolean {
  const inputs = own(document.nodes, node)?.inputs
  return inputs !== undefined && keyFor(inputs, port.name, port.title, ...port.spellings) !== undefined
}

const uses = new WeakMap<Experiment['nodes'], ReadonlyMap<string, ReadonlySet<string>>>()

/** Ids to what of their outputs is used, as spelled; the empty text is the first port. */
function usesOf(nodes: Experiment['nodes']): ReadonlyMap<string, ReadonlySet<string>> {
  const known = uses.get(nodes)
  if (known) return known
  const found = new Map<string, Set<string>>()
  for (const { inputs } of Object.values(nodes)) {
    for (const text of Object.values(inputs)) {
      const { node, port } = parseSource(text)
      found.set(node, (found.get(node) ?? new Set()).add(port ?? ''))
    }
  }
  uses.set(nodes, found)
  return found
}

export function isPortUsed(document: Experiment, node: string, port: Port, index: number): boolean {
  const spelled = usesOf(document.nodes).get(node)
  if (!spelled) return false
  return [...spelled].some((each) => (each === '' ? index === 0 : findPort([port], each) !== undefined))
}
