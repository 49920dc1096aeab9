/** What the modules declare, found by any spelling: the twin of the server's own rules. */
import type { Plain } from './types'

export type PortType =
  | 'DataTable'
  | 'GenericCsv'
  | 'GenericTsv'
  | 'Arff'
  | 'SvmLight'
  | 'Zip'
  | 'UntrainedModel'
  | 'TrainedModel'
  | 'Transform'
  | 'Device'
  | 'File'
  | 'Dataset'

export interface Port {
  name: string
  title: string
  type: PortType
  optional: boolean
  spellings: readonly string[]
  help: string
}

/** The JSON schema of one parameter, with our hints. */
export interface ParameterSchema {
  title: string
  description?: string
  type?: string | readonly string[]
  anyOf?: readonly ParameterSchema[]
  enum?: readonly string[]
  default?: Plain
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  'x-code'?: string
  'x-columns'?: boolean
  'x-columnsOf'?: string
  'x-single'?: boolean
  'x-when'?: Readonly<Record<string, readonly string[]>>
}

export interface Module {
  name: string
  title: string
  category: string
  summary: string
  description: string
  former: readonly string[]
  version: number
  deterministic: boolean
  isolation: string
  inputs: readonly Port[]
  outputs: readonly Port[]
  parameters: { properties: Readonly<Record<string, ParameterSchema>>; required: readonly string[] }
}

/** How often an output port is wired to an input port in what people have made. */
export interface Usual {
  module: string
  port: string
  next: string
  input: string
  count: number
}

/** A spelling without what never matters: capitals, blanks, dashes and underscores. */
export function folded(spelling: string): string {
  return spelling.replace(/[\s_-]+/g, '').toLowerCase()
}

const TABLES: readonly string[] = ['DataTable', 'GenericCsv', 'GenericTsv', 'Arff', 'SvmLight']

/** Whether it is a table, or a file that is read as one. */
export function isTable(type: string): boolean {
  return TABLES.includes(type)
}

/** Files of tables are read as tables, and what a dataset holds is known only once it is looked up. */
export function fits(output: PortType, input: PortType): boolean {
  return output === input || output === 'Dataset' || (input === 'DataTable' && isTable(output))
}

export function findPort(ports: readonly Port[], spelling: string): Port | undefined {
  const wanted = folded(spelling)
  return (
    ports.find((port) => port.name === spelling) ??
    ports.find((port) => [port.name, port.title, ...port.spellings].some((each) => folded(each) === wanted))
  )
}

export class Catalogue {
  private readonly found = new Map<string, Module>()

  constructor(
    readonly modules: readonly Module[],
    readonly usual: readonly Usual[] = [],
  ) {
    // Names come before titles, and titles before former names, where two modules share a spelling.
    for (const spelled of [(m: Module) => [m.name], (m: Module) => [m.title], (m: Module) => m.former]) {
      for (const module of modules) {
        for (const each of spelled(module)) if (!this.found.has(folded(each))) this.found.set(folded(each), module)
      }
    }
  }

  find(spelling: string): Module | undefined {
    return this.found.get(folded(spelling))
  }

  /** How often an output of this module feeds that input, in what people have made. */
  usualCount(module: string, port: string, next: string, input: string): number {
    const found = this.usual.find(
      (each) => each.module === module && each.port === port && each.next === next && each.input === input,
    )
    return found?.count ?? 0
  }
}

/** The name of a parameter that a spelling means. */
export function findParameter(module: Module, spelling: string): string | undefined {
  const names = Object.keys(module.parameters.properties)
  const wanted = folded(spelling)
  return (
    names.find((name) => name === spelling) ??
    names.find((name) => folded(name) === wanted || folded(module.parameters.properties[name]?.title ?? '') === wanted)
  )
}

/** The key under which a record has what goes by a name, however it is spelled there. */
export function keyFor(record: Readonly<Record<string, unknown>>, ...spellings: readonly string[]): string | undefined {
  const keys = Object.keys(record)
  const exact = keys.find((key) => spellings.includes(key))
  if (exact !== undefined || !keys.length) return exact
  const wanted = new Set(spellings.map(folded))
  return keys.find((key) => wanted.has(folded(key)))
}
