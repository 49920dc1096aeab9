/** What can be done with what comes out of a port, by its type. */
import type { Kind } from '../api/datasets'
import { isTable } from '../document/catalogue'

export interface Shown {
  source: string
  type: string
  described: Record<string, unknown> | null
}

export type View = 'table' | 'model' | 'zip' | 'device' | 'file'

const VIEWS: Readonly<Record<string, View>> = {
  DataTable: 'table',
  GenericCsv: 'table',
  GenericTsv: 'table',
  Arff: 'table',
  SvmLight: 'table',
  Zip: 'zip',
  Device: 'device',
  UntrainedModel: 'model',
  TrainedModel: 'model',
  Transform: 'model',
}

export function viewOf(type: string): View {
  return VIEWS[type] ?? 'file'
}

/** What it is kept as under a name; null for what is not kept. */
export function keptAs(type: string): Kind | null {
  if (isTable(type) || type === 'Zip') return 'dataset'
  if (type === 'TrainedModel') return 'trained-model'
  return type === 'Transform' ? 'transform' : null
}

/** The port of Evaluate Model: its table has curves behind it. */
export const EVALUATION = 'evaluation_results'
