/** What an output, a dataset or a model holds. Each has a **source**: the path below which all of it can be asked. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, pathOf } from './client'

/** A path such as `/v1/datasets/{id}` or `/v1/runs/{run}/outputs/{node}/{port}`. */
export type Source = string

/** A cell: numbers and Boolean values as they are, all else as text; null is missing. */
export type Cell = string | number | boolean | null

export interface Column {
  name: string
  type: string
  role: string
}

export interface Rows {
  columns: Column[]
  rows: Cell[][]
  offset: number
  total: number
  total_columns: number
}

/** Where a value of another kind than a number stands for one, it is text: a time, or an integer that is too long. */
export type Edge = number | string | boolean

export interface BoxNumbers {
  q1: Edge
  q3: Edge
  low: Edge
  high: Edge
  outliers: number
}

export interface ColumnProfile {
  name: string
  type: string
  count: number
  missing: number
  distinct: number
  infinite: number
  min: Edge | null
  max: Edge | null
  mean: Edge | null
  median: Edge | null
  std: number | null
  histogram: { edges: Edge[]; counts: number[] } | null
  /** The most frequent values. */
  top: { value: Edge; count: number }[]
  box: BoxNumbers | null
}

export interface Profile {
  rows: number
  total_columns: number
  columns: ColumnProfile[]
}

export interface ComparedPoints {
  kind: 'scatter'
  x: string
  y: string
  rows: number
  correlation: number | null
  /** All rows that have both, or a sample of them. */
  points: [Edge, Edge][]
}

export interface ComparedBoxes {
  kind: 'boxes'
  category: string
  value: string
  rows: number
  /** Times are seconds since 1970. */
  groups: {
    value: string
    count: number
    min: number
    q1: number
    median: number
    q3: number
    max: number
    low: number
    high: number
    mean: number
  }[]
  others: number
}

export interface ComparedCounts {
  kind: 'crosstab'
  x: string
  y: string
  rows: number
  /** Values of x; each line is one of y. */
  columns: string[]
  lines: { value: string; counts: number[] }[]
  others: number
}

export type Comparison = ComparedPoints | ComparedBoxes | ComparedCounts

/** What is known of an output without opening it. */
export interface Output {
  port: string
  type: string
  digest: string
  size: number
  rows: number | null
  columns: Column[] | null
  described: Record<string, unknown> | null
}

export interface Entry {
  name: string
  size: number
}

export interface Picture {
  name: string
  url: string
}

export interface NodeLog {
  text: string
  notes: string[]
  pictures: Picture[]
}

export interface EvaluatedDataset {
  title: string
  /** The output that was measured. */
  node: string
  port: string
  rows: number
  metrics: Record<string, number | string | null>
  positives: number | null
  negatives: number | null
  positive_label: string | null
  negative_label: string | null
  /** Falling; the counts are of the rows with at least that score. */
  thresholds: number[]
  true_positives: number[]
  false_positives: number[]
  points: [number, number][]
  residuals: { edges: number[]; counts: number[] } | null
  /** How many rows of each class (a line) were taken for each; `others` rows are of rarer classes. */
  classes: string[]
  confusion: number[][]
  others: number
  /** Of each cluster. */
  parts: Record<string, number | string | null>[]
}

export interface Evaluation {
  /** `two-class`, `multi-class`, `regression` or `clustering`. */
  task: string
  datasets: EvaluatedDataset[]
}

/** The begin of a file in a zip; null where it is no text. */
export interface EntryText {
  name: string
  size: number
  text: string | null
  cut: boolean
}

export interface Saved {
  id: string
  name: string
  version: number
}

/** The run, node and port of a source that is an output of a run. */
export interface Place {
  run: string
  node: string
  port: string
}

const OUTPUT = /^\/v1\/runs\/([^/]+)\/outputs\/([^/]+)\/([^/]+)$/

/** Null for what is no output of a run: a dataset or a kept model. */
export function placeOf(source: Source): Place | null {
  const found = OUTPUT.exec(source)
  if (!found) return null
  const [run = '', node = '', port = ''] = found.slice(1).map(decodeURIComponent)
  return { run, node, port }
}

// What a source holds never changes, so that what was asked once is kept for as long as it is looked at.
const FOREVER = { staleTime: Infinity } as const

export function useOutput(source: Source) {
  return useQuery({ queryKey: ['output', source], queryFn: ({ signal }) => api<Output>(source, { signal }), ...FOREVER })
}

/** Columns and size of a table, without rows; those of the source before stand until they are there. */
export function useTable(source: Source) {
  return useQuery({
    queryKey: ['table', source],
    queryFn: ({ signal }) => api<Rows>(`${source}/rows`, { query: { limit: 0 }, signal }),
    placeholderData: keepPreviousData,
    ...FOREVER,
  })
}

export interface RowsPage {
  offset: number
  limit: number
  column: number
  columns: number
}

// Longer texts are cut; nobody reads a novel in a cell.
const LONGEST = 2000

export function rowsQuery(source: Source, page: RowsPage) {
  return {
    queryKey: ['rows', source, page] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => api<Rows>(`${source}/rows`, { query: { ...page, text: LONGEST }, signal }),
    ...FOREVER,
    gcTime: 60_000,
  }
}

/** Statistics of so many columns from `column` on. */
export function profileQuery(source: Source, column: number, columns: number, bins = 20) {
  return {
    queryKey: ['profile', source, { column, columns, bins }] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api<Profile>(`${source}/profile`, { query: { bins, column, columns }, signal }),
    ...FOREVER,
  }
}

/** All of one column, in so many bins; `log` makes them even in the logarithm. The bins before stand until the new ones are there. */
export function useColumn(source: Source, name: string, bins: number, log: boolean) {
  return useQuery({
    queryKey: ['column', source, name, { bins, log }] as const,
    queryFn: ({ signal }) => api<ColumnProfile>(`${source}/column`, { query: { name, bins, log }, signal }),
    placeholderData: (previous, before) => (before?.queryKey[1] === source && before.queryKey[2] === name ? previous : undefined),
    ...FOREVER,
  })
}

export function useComparison(source: Source, x: string, y: string | null) {
  return useQuery({
    queryKey: ['comparison', source, x, y],
    queryFn: ({ signal }) => api<Comparison>(`${source}/compare`, { query: { x, y }, signal }),
    enabled: y !== null,
    ...FOREVER,
  })
}

export function useEntries(source: Source) {
  return useQuery({
    queryKey: ['entries', source],
    queryFn: ({ signal }) => api<Entry[]>(`${source}/entries`, { signal }),
    ...FOREVER,
  })
}

export function useEntry(source: Source, name: string | null) {
  return useQuery({
    queryKey: ['entry', source, name],
    queryFn: ({ signal }) => api<EntryText>(`${source}/entry`, { query: { name }, signal }),
    enabled: name !== null,
    ...FOREVER,
  })
}

export function useNodeLog(run: string, node: string) {
  return useQuery({
    queryKey: ['log', run, node],
    queryFn: ({ signal }) => api<NodeLog>(`${pathOf('v1', 'runs', run, 'nodes', node)}/log`, { signal }),
  })
}

/** Where a picture that a node drew is; as an `<img>` it cannot run script, whatever it holds. */
export function pictureOf(run: string, node: string, name: string): string {
  return pathOf('v1', 'runs', run, 'nodes', node, 'pictures', name)
}

export function useEvaluation({ run, node }: { run: string; node: string }) {
  return useQuery({
    queryKey: ['evaluation', run, node],
    queryFn: ({ signal }) => api<Evaluation>(`${pathOf('v1', 'runs', run, 'nodes', node)}/evaluation`, { signal }),
    ...FOREVER,
  })
}

/** Where a source is downloaded from, on this server whatever name it has for others. */
export async function linkOf(source: Source, format?: string): Promise<string> {
  const { url } = await api<{ url: string; expires: number }>(`${source}/link`, { query: { format } })
  const { pathname, search } = new URL(url, location.href)
  return pathname + search
}

/** Keep an output of a run as what it is: a dataset, a trained model or a transform. */
export function useSave(source: Source) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; description: string }) => api<Saved>(`${source}/save`, { method: 'POST', body }),
    onSuccess: () => Promise.all(['datasets', 'models', 'transforms'].map((key) => cache.invalidateQueries({ queryKey: [key] }))),
  })
}
