/** What differs between two documents, in short: enough to choose which of them to keep. */
import { type Experiment, type ExperimentNode, own } from './types'

export interface Difference {
  kind: 'added' | 'removed' | 'changed' | 'moved' | 'title' | 'environment' | 'service' | 'notes'
  node?: string
  /** Parameters, inputs and the like that differ. */
  what?: readonly string[]
}

const same = (one: unknown, other: unknown) => one === other || JSON.stringify(one) === JSON.stringify(other)

export function differences(old: Experiment, now: Experiment): Difference[] {
  const found: Difference[] = []
  if (old.title !== now.title || old.description !== now.description) found.push({ kind: 'title' })
  if (old.environment !== now.environment) found.push({ kind: 'environment' })
  for (const id of Object.keys(old.nodes)) if (!own(now.nodes, id)) found.push({ kind: 'removed', node: id })
  for (const [id, node] of Object.entries(now.nodes)) {
    const before = own(old.nodes, id)
    if (!before) {
      found.push({ kind: 'added', node: id })
      continue
    }
    const what = changes(before, node)
    if (what.length) found.push({ kind: 'changed', node: id, what })
    if (!same(own(old.layout, id), own(now.layout, id))) found.push({ kind: 'moved', node: id })
  }
  if (!same(old.service, now.service)) found.push({ kind: 'service' })
  if (!same(old.notes, now.notes) || !same(old.groups, now.groups)) found.push({ kind: 'notes' })
  return found
}

function changes(old: ExperimentNode, now: ExperimentNode): string[] {
  const keys = (one: object, other: object) => [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return [
    ...(old.module === now.module ? [] : ['module']),
    ...keys(old.parameters, now.parameters).filter((key) => !same(own(old.parameters, key), own(now.parameters, key))),
    ...keys(old.inputs, now.inputs).filter((key) => own(old.inputs, key) !== own(now.inputs, key)),
    ...(old.comment === now.comment ? [] : ['comment']),
    ...(old.pinned === now.pinned ? [] : ['pinned']),
  ]
}
