/** Edges: made, cut, and nodes put on them. */
import { t } from '@lingui/core/macro'

import { findPort } from '../../document/catalogue'
import * as edits from '../../document/edits'
import { inputKey, moduleOf, type PortPlace, refusal, sourcesOf, targetsOf } from '../../document/graph'
import { own, parseSource } from '../../document/types'
import { isPortFed } from '../portUse'
import type { Begin } from '../view'
import type { Basis } from './basis'

export type Wiring = ReturnType<typeof wiring>

export function wiring({ catalogue, doc, apply, moduleAt }: Basis) {
  const connect = (from: PortPlace, to: PortPlace) => {
    const source = { node: from.node, port: from.port.name }
    apply((experiment) => edits.connect(experiment, to.node, inputKey(experiment, to), source), t`connect ${from.node} to ${to.node}`)
  }

  /** Drop an edge on a whole node: the first of its ports that fits takes it, a free one before others. */
  const connectToNode = (begin: Begin, node: string): boolean => {
    if (begin.side === 'outputs') {
      const to = targetsOf(doc(), begin, catalogue).find((each) => each.node === node)
      if (to) connect(begin, to)
      return to !== undefined
    }
    const from = sourcesOf(doc(), begin, catalogue).find((each) => each.node === node)
    if (from) connect(from, begin)
    return from !== undefined
  }

  const disconnect = (node: string, port: string) => {
    apply((experiment) => edits.disconnect(experiment, node, port), t`disconnect ${node}`)
  }

  /** The ports by which a node fits on a wire, or null. */
  const spliceOf = (id: string, wire: string) => {
    const { node, port } = parseSource(wire)
    const target = own(doc().nodes, node)
    const source = own(target?.inputs ?? {}, port)
    const module = moduleAt(id)
    if (!source || !port || !module || node === id) return null
    const begin = parseSource(source)
    const outputs = moduleAt(begin.node)?.outputs ?? []
    const from = begin.port === null ? outputs[0] : findPort(outputs, begin.port)
    const to = findPort(moduleOf(target, catalogue)?.inputs ?? [], port)
    if (!from || !to) return null
    const isFree = (each: PortPlace['port']) => !isPortFed(doc(), id, each)
    const input = module.inputs.find((each) => isFree(each) && !refusal(doc(), { node: begin.node, port: from }, { node: id, port: each }))
    const output = module.outputs.find((each) => !refusal(doc(), { node: id, port: each }, { node, port: to }))
    return input && output ? { wire: { node, port }, into: { node: id, input: input.name, output: output.name } } : null
  }

  /** Whether a node may be put on a wire at all: without looking for one, which is dear. */
  const isSpliceable = (id: string) => {
    const module = moduleAt(id)
    return Boolean(module?.outputs.length && module.inputs.some((port) => !isPortFed(doc(), id, port)))
  }

  /** One step with what brought the node there. */
  const spliceIn = (id: string, wire: string): boolean => {
    const found = spliceOf(id, wire)
    if (found) apply((experiment) => edits.splice(experiment, found.wire, found.into), t`put ${id} on a wire`, { merge: `splice ${id}` })
    return found !== null
  }

  return { connect, connectToNode, disconnect, spliceOf, isSpliceable, spliceIn }
}
