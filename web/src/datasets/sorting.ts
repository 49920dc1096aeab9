/** Order and search of lists of what is kept. */
import type { Dataset } from '../api/datasets'

export type SortColumn = 'name' | 'rows' | 'size' | 'version' | 'created'

export interface Sorting {
  column: SortColumn
  direction: 'ascending' | 'descending'
}

const values: Record<SortColumn, (each: Dataset) => string | number> = {
  name: (each) => each.name,
  rows: (each) => each.output.rows ?? -1,
  size: (each) => each.output.size,
  version: (each) => each.version,
  created: (each) => each.created,
}

/** Those whose name, description, source or a column has all words, in order; equal ones by name. */
export function arranged<Item>(items: readonly Item[], of: (item: Item) => Dataset, search: string, sorting: Sorting): Item[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const value = values[sorting.column]
  const sign = sorting.direction === 'ascending' ? 1 : -1
  return items
    .filter((item) => words.every((word) => textOf(of(item)).includes(word)))
    .sort((one, other) => sign * compare(value(of(one)), value(of(other))) || compare(of(one).name, of(other).name))
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one).localeCompare(String(other), undefined, { numeric: true, sensitivity: 'base' })
}

function textOf({ name, description, source, output }: Dataset): string {
  return [name, description, source, ...(output.columns ?? []).map((each) => each.name)].join('\n').toLowerCase()
}
