/** Order and search of the list of environments. */
import type { EnvironmentSummary } from '../api/environments'

export type SortColumn = 'name' | 'python' | 'packages' | 'size'

export interface Sorting {
  column: SortColumn
  direction: 'ascending' | 'descending'
}

const values: Record<SortColumn, (each: EnvironmentSummary) => string | number> = {
  name: (each) => each.name,
  python: (each) => each.python,
  packages: (each) => each.package_count,
  size: (each) => each.size ?? -1,
}

/** Those whose name has all words, in order; equal ones by name. */
export function arranged(environments: readonly EnvironmentSummary[], search: string, { column, direction }: Sorting): EnvironmentSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const sign = direction === 'ascending' ? 1 : -1
  return environments
    .filter(({ name, python }) => words.every((word) => `${name} ${python}`.toLowerCase().includes(word)))
    .sort((one, other) => sign * compare(values[column](one), values[column](other)) || compare(one.name, other.name))
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one).localeCompare(String(other), undefined, { numeric: true, sensitivity: 'base' })
}
