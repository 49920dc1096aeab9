/** Measures of two runs as rows. */
import type { RunComparison } from '../api/runs'

export interface MetricRow {
  id: string
  name: string
  node: string
  isSecond: boolean
  before: unknown
  after: unknown
}

export function metricRows(metrics: RunComparison['metrics']): MetricRow[] {
  return metrics.map(({ node, dataset, name, before, after }) => ({
    id: `${node} ${dataset} ${name}`, name, node, isSecond: dataset > 0, before, after,
  }))
}

/** Null where one is no number. */
export function difference(before: unknown, after: unknown): number | null {
  return typeof before === 'number' && typeof after === 'number' ? after - before : null
}
