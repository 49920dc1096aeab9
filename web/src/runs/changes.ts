/** Differences of two experiments, put in order for reading. */
import type { Change } from '../api/runs'

export interface ChangeGroup {
  /** Null for what belongs to no node. */
  node: string | null
  changes: Change[]
}

/** By node, in the order in which nodes first come; moves on the canvas alone mean nothing and are left out. */
export function changesByNode(changes: readonly Change[]): ChangeGroup[] {
  const groups = new Map<string | null, Change[]>()
  for (const change of changes) {
    if (change.kind === 'moved') continue
    const group = groups.get(change.node) ?? []
    group.push(change)
    groups.set(change.node, group)
  }
  return [...groups].map(([node, list]) => ({ node, changes: list }))
}

/** Whether there was anything on this side of a change. */
export const isGiven = (value: unknown): boolean => value !== null && value !== undefined && value !== ''

/** A plain value on one line; a dash for none. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
