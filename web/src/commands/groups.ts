import { group } from 'd3-array'

import type { Command } from './commands'

/** Commands under their heads, in the order in which the heads first come; those without one stand last. */
export function grouped(list: readonly Command[], rest: string): [string, Command[]][] {
  return [...group(list, (each) => each.group ?? rest)].sort(([a], [b]) => Number(a === rest) - Number(b === rest))
}
