/** The outline of an experiment: every node after what feeds it, its ports below it. */
import type { Catalogue, Port } from '../document/catalogue'
import { moduleOf, ordered, wires } from '../document/graph'
import type { Experiment, ExperimentNode } from '../document/types'

export interface PortRow {
  readonly port: Port
  /** What it is wired to: `NODE.PORT`. */
  readonly ends: readonly { node: string; port: string }[]
}

export interface NodeRow {
  readonly id: string
  readonly node: ExperimentNode
  readonly inputs: readonly PortRow[]
  readonly outputs: readonly PortRow[]
}

export function outline(document: Experiment, catalogue: Catalogue): NodeRow[] {
  const all = wires(document, catalogue)
  return ordered(document).flatMap((id) => {
    const node = document.nodes[id]
    if (!node) return []
    const module = moduleOf(node, catalogue)
    const inputs = (module?.inputs ?? []).map((port) => ({
      port,
      ends: all.filter((wire) => wire.to === id && wire.input === port).map((wire) => ({ node: wire.from, port: wire.output?.title ?? '' })),
    }))
    const outputs = (module?.outputs ?? []).map((port) => ({
      port,
      ends: all.filter((wire) => wire.from === id && wire.output === port).map((wire) => ({ node: wire.to, port: wire.input?.title ?? wire.key })),
    }))
    return [{ id, node, inputs, outputs }]
  })
}
