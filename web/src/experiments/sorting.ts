/** The order of the list. */
import type { SortDescriptor } from 'react-aria-components'

import type { ListedExperiment } from '../api/experiments'

export const newestFirst: SortDescriptor = { column: 'updated', direction: 'descending' }

/** By a column; those that never ran stand last, whichever way it goes. */
export function sorted(list: readonly ListedExperiment[], { column, direction }: SortDescriptor): ListedExperiment[] {
  const sign = direction === 'descending' ? -1 : 1
  const ran = ({ run }: ListedExperiment) => (run ? sign * run.started : Infinity)
  return list.toSorted((a, b) => {
    if (column === 'run') return ran(a) === ran(b) ? b.updated - a.updated : ran(a) - ran(b)
    if (column === 'title') return sign * a.title.localeCompare(b.title, undefined, { numeric: true })
    return sign * (a.updated - b.updated)
  })
}

/** "Title (copy)" that no other has; a copy of a copy counts on. */
export function copyTitle(title: string, taken: readonly string[], word: string): string {
  const base = title.endsWith(`(${word})`) ? title.slice(0, -word.length - 2).trim() : title
  const names = new Set(taken)
  for (let count = 1; ; count++) {
    const found = count === 1 ? `${base} (${word})` : `${base} (${word} ${count})`
    if (!names.has(found)) return found
  }
}
