/** A selection of columns, as a file spells it: a word, a list of names, or rules one after the other. The twin of the server's rules. */
import type { Named, Plain } from '../document/types'

export const TYPES = ['Numeric', 'Integer', 'Double', 'Boolean', 'String', 'DateTime', 'TimeSpan', 'Categorical', 'All'] as const
export const ROLES = ['feature', 'label', 'weight', 'score', 'none'] as const
export type CriterionKind = 'names' | 'indices' | 'types' | 'roles'

export interface Rule {
  readonly include: boolean
  readonly names: readonly string[]
  readonly indices: string
  readonly types: readonly string[]
  readonly roles: readonly string[]
}

export interface Columns {
  readonly all: boolean
  readonly rules: readonly Rule[]
  readonly keep: boolean
}

export interface KnownColumn {
  readonly name: string
  readonly type: string
  readonly role?: string
}

export const NO_RULE: Rule = { include: true, names: [], indices: '', types: [], roles: [] }
const NONE: Columns = { all: false, rules: [], keep: false }
const rule = (part: Partial<Rule>): Rule => ({ ...NO_RULE, ...part })

const WORDS: Readonly<Record<string, Columns>> = {
  All: { ...NONE, all: true },
  None: NONE,
  NumericAll: { ...NONE, rules: [rule({ types: ['Numeric'] })] },
  CategoricalAll: { ...NONE, rules: [rule({ types: ['Categorical'] })] },
  StringFeature: { ...NONE, rules: [rule({ types: ['String'] }), rule({ include: false, roles: ['label', 'weight', 'score', 'none'] })] },
}

export const named = (names: readonly string[]): Columns => (names.length ? { ...NONE, rules: [rule({ names })] } : NONE)

/** Null for what is no selection: it is told, and left as it is until it is changed. */
export function parse(value: Plain | undefined): Columns | null {
  if (value === undefined || value === null || value === '') return NONE
  if (typeof value === 'string') return (Object.hasOwn(WORDS, value) ? WORDS[value] : undefined) ?? named([value])
  if (typeof value === 'number') return named([String(value)])
  if (typeof value === 'boolean') return null
  if (isList(value)) return named(value.map(String))
  return ofMapping(value)
}

const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value)
const listOf = (value: Plain | undefined): string[] => (value === undefined || value === null ? [] : isList(value) ? value.map(String) : [plainText(value)])
const plainText = (value: Plain): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function ofMapping(value: Named<Plain>): Columns | null {
  if (Object.keys(value).some((key) => !['begin', 'rules', 'keep'].includes(key))) return null
  const rules = (isList(value.rules) ? value.rules : []).map(ruleOf)
  if (rules.some((each) => each === null)) return null
  return { all: value.begin === 'all columns', rules: rules.filter((each) => each !== null), keep: value.keep === true }
}

function ruleOf(value: Plain): Rule | null {
  if (value === null || typeof value !== 'object' || isList(value)) return null
  const [entry, ...more] = Object.entries(value as Named<Plain>)
  if (!entry || more.length || (entry[0] !== 'include' && entry[0] !== 'exclude')) return null
  const [word, told] = entry
  const include = word === 'include'
  if (told === null || typeof told !== 'object' || isList(told)) return rule({ include, names: listOf(told) })
  const had = told as Named<Plain>
  return { include, names: listOf(had.names), indices: listOf(had.indices).join(','), types: listOf(had.types), roles: listOf(had.roles) }
}

/** The shortest form that means it. */
export function plain(columns: Columns): Plain {
  for (const [word, known] of Object.entries(WORDS)) if (JSON.stringify(known) === JSON.stringify(columns)) return word
  const [only, ...more] = columns.rules
  if (only && !more.length && !columns.all && !columns.keep && isNames(only)) return only.names
  return {
    begin: columns.all ? 'all columns' : 'no columns',
    ...(columns.rules.length ? { rules: columns.rules.map(rulePlain) } : {}),
    ...(columns.keep ? { keep: true } : {}),
  }
}

export const isNames = (each: Rule): boolean => each.include && !each.indices && !each.types.length && !each.roles.length

function rulePlain(each: Rule): Plain {
  const told: Record<string, Plain> = {}
  if (each.names.length) told.names = each.names
  if (each.indices) told.indices = each.indices
  if (each.types.length) told.types = each.types
  if (each.roles.length) told.roles = each.roles
  return { [each.include ? 'include' : 'exclude']: told }
}

/** The names, where it is nothing but names. */
export function namesOf(columns: Columns): readonly string[] | null {
  const [only, ...more] = columns.rules
  if (columns.all || columns.keep || more.length) return null
  return only ? (isNames(only) ? only.names : null) : []
}

/** What it selects of columns that are known; names that are not among them are left out. */
export function selected(columns: Columns, known: readonly KnownColumn[]): KnownColumn[] {
  let chosen = columns.all ? [...known.keys()] : []
  for (const each of columns.rules) {
    const places = placesOf(each, known)
    if (!each.include) chosen = chosen.filter((place) => !places.includes(place))
    else if (columns.keep) chosen = [...chosen, ...places]
    else chosen = [...new Set([...chosen, ...places])]
  }
  const order = columns.keep ? chosen : chosen.toSorted((one, other) => one - other)
  return order.flatMap((place) => known[place] ?? [])
}

function placesOf(each: Rule, known: readonly KnownColumn[]): number[] {
  const byName = each.names.map((name) => known.findIndex((column) => column.name === name)).filter((place) => place >= 0)
  const byPlace = (ranges(each.indices) ?? []).flatMap(([first, last]) =>
    Array.from({ length: Math.min(last, known.length) - first + 1 }, (_, index) => first - 1 + index),
  )
  const byKind = [...known.entries()].flatMap(([place, column]) =>
    each.roles.includes(column.role ?? 'feature') || each.types.some((word) => isOf(column, word)) ? [place] : [],
  )
  return [...new Set([...byName, ...byPlace, ...byKind])]
}

/** Places and closed ranges from 1, such as `1-3,7`; null where the text is none. */
export function ranges(text: string): [number, number][] | null {
  const found: [number, number][] = []
  for (const part of text.split(',').map((each) => each.trim()).filter(Boolean)) {
    const match = /^(\d{1,30})(?:\s*-\s*(\d{1,30}))?$/.exec(part)
    if (!match?.[1]) return null
    const first = Number(match[1])
    const last = Number(match[2] ?? match[1])
    if (first < 1 || last < first) return null
    found.push([first, last])
  }
  return found
}

function isOf({ type }: KnownColumn, word: string): boolean {
  if (word === 'All') return true
  const isCategorical = type.startsWith('Categorical')
  if (isCategorical || word === 'Categorical') return isCategorical && word === 'Categorical'
  return word === 'Numeric' ? type === 'Integer' || type === 'Double' : type === word
}

/** A name with a comma stands in double quotes. */
export const quoted = (name: string): string => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)

export function unquoted(text: string): string[] {
  const found = [...text.matchAll(/\s*("(?:[^"]|"")*"|[^,]*)\s*(?:,|$)/g)].map((match) => (match[1] ?? '').trim())
  return found.map((each) => (/^".*"$/s.test(each) ? each.slice(1, -1).replaceAll('""', '"') : each)).filter(Boolean)
}
