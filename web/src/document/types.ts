/** The experiment as the page holds it: frozen values, as the file nests them; every edit gives another one. */

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }
export type Place = readonly [x: number, y: number]
export type Named<T> = Readonly<Record<string, T>>

/** The module that a node which is nothing but data stands for, and its one parameter. */
export const DATASET_MODULE = 'saved-dataset'
export const DATASET_PARAMETER = 'dataset'

export interface ExperimentNode {
  /** As written: a name, a title or a former name. */
  readonly module: string
  /** Input port, by any spelling, to `NODE` or `NODE.PORT`. */
  readonly inputs: Named<string>
  /** Those that are not at their defaults, by any spelling. */
  readonly parameters: Named<Plain>
  readonly comment: string
  /** `RUN/NODE` whose outputs stand for this node's, else empty. */
  readonly pinned: string
}

export interface ServiceParameter {
  /** `NODE.PARAMETER`, one at least. */
  readonly sets: readonly string[]
  readonly required: boolean
  /** Undefined where there is none. */
  readonly default?: Plain | undefined
  readonly description: string
}

export interface WebService {
  readonly inputs: Named<readonly string[]>
  readonly outputs: Named<string>
  readonly parameters: Named<ServiceParameter>
}

export interface Note {
  readonly text: string
  readonly at: Place
  readonly size: Place
}

export interface Experiment {
  readonly title: string
  readonly description: string
  /** The packages of scripts that name none themselves; empty for `default`. */
  readonly environment: string
  readonly nodes: Named<ExperimentNode>
  readonly service: WebService
  readonly notes: Named<Note>
  /** Titles to the nodes in their frames; a node is in one at most. */
  readonly groups: Named<readonly string[]>
  readonly layout: Named<Place>
}

export type Edit = (experiment: Experiment) => Experiment

export const NOTE_SIZE: Place = [240, 120]

export const EMPTY: Experiment = {
  title: '',
  description: '',
  environment: '',
  nodes: {},
  service: { inputs: {}, outputs: {}, parameters: {} },
  notes: {},
  groups: {},
  layout: {},
}

/** What a record has of its own: a node may be called `constructor`. */
export function own<T>(record: Named<T>, key: string | null | undefined): T | undefined {
  return key !== null && key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

export function mapped<T, U>(record: Named<T>, change: (value: T, key: string) => U | undefined): Record<string, U> {
  const found: [string, U][] = []
  for (const [key, value] of Object.entries(record)) {
    const changed = change(value, key)
    if (changed !== undefined) found.push([key, changed])
  }
  return Object.fromEntries(found)
}

export function without<T>(record: Named<T>, ...keys: readonly string[]): Record<string, T> {
  return mapped(record, (value, key) => (keys.includes(key) ? undefined : value))
}

/** The same entries in the same order, one under another name. */
export function renamedKey<T>(record: Named<T>, old: string, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === old ? name : key, value]))
}

export interface Source {
  readonly node: string
  readonly port: string | null
}

export function parseSource(text: string): Source {
  const dot = text.indexOf('.')
  return dot < 0 ? { node: text.trim(), port: null } : { node: text.slice(0, dot).trim(), port: text.slice(dot + 1) }
}

export function sourceText(source: Source): string {
  return source.port ? `${source.node}.${source.port}` : source.node
}

/** A data file of the experiment's folder; such a value is one mapping. */
export function fileOf(value: Plain | undefined): string | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const entries = Object.entries(value as Named<Plain>)
  const [first] = entries
  return entries.length === 1 && first?.[0] === 'file' && typeof first[1] === 'string' ? first[1] : null
}
