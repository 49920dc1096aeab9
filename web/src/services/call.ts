/** A call of a web service as any program makes it: with a key of the endpoint, over its own API. */
import type { Form, FormInput } from '../api/services'
import { parseRows, type Rows } from './rows'

/** What is filled in for one input: a box for each column, or many rows as text, which come first while there are any. */
export interface InputDraft {
  cells: (string | null)[]
  text: string
}

export interface Draft {
  inputs: Record<string, InputDraft>
  /** Parameters that are given; the others have their defaults. */
  parameters: Record<string, string>
}

interface Table {
  ColumnNames: string[]
  Values: (string | null)[][]
}

export interface CallRequest {
  Inputs: Record<string, Table>
  GlobalParameters: Record<string, string>
}

export interface ResultTable extends Rows {
  types: string[]
}

export interface CallDetail {
  code: string
  target: string
  message: string
}

export type CallResult = { id: string | null; milliseconds: number; status: number } & (
  | { ok: true; outputs: { name: string; table: ResultTable }[] }
  | { ok: false; code: string; message: string; details: CallDetail[] }
)

/** What the boxes hold at first: a row of the samples. */
export function emptyDraft(form: Form, sample = 0): Draft {
  return { inputs: Object.fromEntries(form.inputs.map((each) => [each.name, sampleOf(each, sample)])), parameters: {} }
}

function sampleOf({ samples, fields }: FormInput, at = 0): InputDraft {
  return { cells: [...(samples[at % (samples.length || 1)] ?? fields.map(() => null))], text: '' }
}

/** The body of a call. Raises RowsError for text that is no rows. */
export function requestOf(form: Form, draft: Draft): CallRequest {
  const inputs = form.inputs.map((each): [string, Table] => [each.name, tableOf(each, draft.inputs[each.name] ?? sampleOf(each))])
  const given = Object.entries(draft.parameters).filter(([, value]) => value !== '')
  return { Inputs: Object.fromEntries(inputs), GlobalParameters: Object.fromEntries(given) }
}

function tableOf(input: FormInput, draft: InputDraft): Table {
  if (draft.text.trim() !== '') {
    const { columns, values } = parseRows(draft.text)
    return { ColumnNames: columns, Values: values }
  }
  return { ColumnNames: input.fields.map((field) => field.name), Values: [draft.cells] }
}

/** Call it. Throws only where no answer came. */
export async function call(path: string, key: string, body: CallRequest, signal?: AbortSignal): Promise<CallResult> {
  const begun = performance.now()
  const response = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    credentials: 'omit', // as it comes from anywhere: it is the key that counts
    cache: 'no-store',
    signal: signal ?? null,
  })
  const text = await response.text()
  const about = { id: response.headers.get('x-ms-request-id'), milliseconds: performance.now() - begun, status: response.status }
  return { ...about, ...read(response.ok, text) }
}

interface Answer {
  Results?: Record<string, { value: { ColumnNames: string[]; ColumnTypes?: string[]; Values: (string | null)[][] } }>
  error?: { code?: string; message?: string; details?: Partial<CallDetail>[] }
}

type Read = { ok: true; outputs: { name: string; table: ResultTable }[] } | { ok: false; code: string; message: string; details: CallDetail[] }

/** What an answer says. */
export function read(ok: boolean, text: string): Read {
  let answer: Answer
  try {
    answer = JSON.parse(text) as Answer
  } catch {
    return { ok: false, code: '', message: '', details: [] } // a proxy's own words
  }
  if (ok && answer.Results) {
    const outputs = Object.entries(answer.Results).map(([name, { value }]) => ({
      name,
      table: { columns: value.ColumnNames, types: value.ColumnTypes ?? [], values: value.Values },
    }))
    return { ok: true, outputs }
  }
  const { code = '', message = '', details = [] } = answer.error ?? {}
  const told = details.map((each) => ({ code: each.code ?? '', target: each.target ?? '', message: each.message ?? '' }))
  return { ok: false, code, message, details: told.filter((each) => each.message !== '' && each.message !== message) }
}
