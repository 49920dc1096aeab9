/** What a parameter's JSON schema says to a property pane. */
import { findParameter, folded, keyFor, type Module, type ParameterSchema } from '../document/catalogue'
import { type ExperimentNode, own, type Plain } from '../document/types'

export type FieldKind = 'code' | 'columns' | 'choice' | 'flag' | 'integer' | 'number' | 'text'

export interface Parameter {
  readonly name: string
  /** Without the `null` of what is optional. */
  readonly schema: ParameterSchema
  readonly isOptional: boolean
  readonly isRequired: boolean
  readonly kind: FieldKind
}

export function parametersOf(module: Module): Parameter[] {
  return Object.entries(module.parameters.properties).map(([name, told]) => {
    const inner = told.anyOf?.find((each) => each.type !== 'null')
    const schema = inner ? { ...told, ...inner, title: told.title } : told
    return { name, schema, isOptional: inner !== undefined, isRequired: module.parameters.required.includes(name), kind: kindOf(schema) }
  })
}

function kindOf(schema: ParameterSchema): FieldKind {
  if (schema['x-code']) return 'code'
  if (schema['x-columns']) return 'columns'
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'flag'
  if (schema.type === 'integer') return 'integer'
  return schema.type === 'number' ? 'number' : 'text'
}

/** What a node gives a parameter, by any spelling; undefined where it is left at its default. */
export function given(node: ExperimentNode, { name, schema }: Parameter): Plain | undefined {
  const key = keyFor(node.parameters, name, schema.title)
  return own(node.parameters, key)
}

export const effective = (node: ExperimentNode, parameter: Parameter): Plain | undefined => given(node, parameter) ?? parameter.schema.default

/** Whether other parameters leave this one a meaning. */
export function counts(node: ExperimentNode, parameter: Parameter, module: Module, all: readonly Parameter[]): boolean {
  return Object.entries(parameter.schema['x-when'] ?? {}).every(([other, values]) => {
    const name = findParameter(module, other)
    const found = all.find((each) => each.name === name)
    const value = found && effective(node, found)
    return values.some((each) => folded(each) === folded(textOf(value ?? null)))
  })
}

export function textOf(value: Plain): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export type NumberFault = 'number' | 'whole' | { least: number } | { above: number } | { most: number } | { below: number }

/** What is wrong with a number as it is written, or null. */
export function faultOf(value: Plain, { kind, schema }: Parameter): NumberFault | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() ? Number(value) : NaN
  if (Number.isNaN(number)) return /^-?inf(inity)?$/i.test(textOf(value)) ? null : 'number'
  if (kind === 'integer' && !Number.isInteger(number)) return 'whole'
  if (schema.minimum !== undefined && number < schema.minimum) return { least: schema.minimum }
  if (schema.exclusiveMinimum !== undefined && number <= schema.exclusiveMinimum) return { above: schema.exclusiveMinimum }
  if (schema.maximum !== undefined && number > schema.maximum) return { most: schema.maximum }
  if (schema.exclusiveMaximum !== undefined && number >= schema.exclusiveMaximum) return { below: schema.exclusiveMaximum }
  return null
}

/** A number as it is typed: as a number where it is one, so that files say 0.7 and not '0.7'; nothing is the default. */
export function numberOf(text: string): Plain | undefined {
  const trimmed = text.trim().replace(',', '.')
  if (!trimmed) return undefined
  const number = Number(trimmed)
  if (!Number.isFinite(number)) return trimmed
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? trimmed : number
}
