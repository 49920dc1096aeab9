/** What a model or a transform tells of itself, sorted into what can be drawn. It is a stranger's: any shape may come. */

export type Described = Readonly<Record<string, unknown>>

export interface Weight {
  name: string
  value: number
}

export interface Part {
  title: string
  /** Exactly one of these. */
  facts?: readonly [name: string, value: string][]
  rows?: { columns: readonly string[]; rows: readonly (readonly string[])[] }
  weights?: readonly Weight[]
  list?: readonly string[]
}

const isRecord = (value: unknown): value is Described => typeof value === 'object' && value !== null && !Array.isArray(value)
const WEIGHTS = ['weight', 'importance'] as const

/** The parts of a description: its plain facts first, then what is nested, each under its own title. */
export function partsOf(described: Described, title = ''): Part[] {
  const facts: [string, string][] = []
  const parts: Part[] = []
  for (const [key, value] of Object.entries(described)) {
    const name = titleOf(key)
    if (isRecord(value)) parts.push(...partsOf(value, title ? `${title} · ${name}` : name))
    else if (Array.isArray(value)) parts.push(listed(name, value))
    else facts.push([name, textOf(value)])
  }
  return facts.length ? [{ title, facts }, ...parts] : parts
}

function listed(title: string, values: readonly unknown[]): Part {
  const records = values.filter(isRecord)
  if (!values.length || records.length < values.length) return { title, list: values.map(textOf) }
  const weights = weightsOf(records)
  if (weights) return { title, weights }
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))]
  return {
    title,
    rows: { columns: columns.map(titleOf), rows: records.map((record) => columns.map((column) => textOf(record[column]))) },
  }
}

/** What a feature, or a level of one, counts for in a model. */
function weightsOf(records: readonly Described[]): Weight[] | null {
  const key = WEIGHTS.find((word) => records.every((record) => typeof record[word] === 'number'))
  if (!key) return null
  return records.map((record) => ({ name: nameOf(record), value: Number(record[key]) }))
}

/** A feature, or a level of one; of many classes, the one that it speaks for. */
function nameOf(record: Described): string {
  const feature = 'level' in record ? `${textOf(record.feature)} = ${textOf(record.level)}` : textOf(record.feature)
  return 'class' in record ? `${feature} → ${textOf(record.class)}` : feature
}

/** `learning_rate` as people write it. */
export function titleOf(key: string): string {
  const words = key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(7)))
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return JSON.stringify(value)
}
