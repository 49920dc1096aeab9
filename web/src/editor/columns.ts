/** Where a script names a column, as far as its text tells, and which columns it may mean there. */

export interface Column {
  readonly name: string
  readonly type: string
}

/** The columns of one parameter of the script's function. */
export interface Frame {
  readonly parameter: string
  readonly columns: readonly Column[]
}

/** A place where a column may stand, of this frame where the text says so. */
export interface ColumnPlace {
  /** Where what is typed of the name begins. */
  readonly from: number
  /** The quote around it; null for an attribute. */
  readonly quote: '"' | "'" | null
  readonly frame: string | null
}

const LONGEST = 2000
const METHODS = new Set(
  ('agg aggregate as_matrix assign astype boxplot corrwith difference drop drop_duplicates dropna duplicated explode fillna filter get ' +
    'get_loc groupby hist insert isin items join loc melt merge nlargest nsmallest pivot pivot_table plot pop reindex rename replace ' +
    'scatterplot set_index sort sort_values stack unstack value_counts').split(' '),
)
const KEYWORDS = new Set(
  'by on left_on right_on columns column subset index rows labels items keys values x y hue id_vars value_vars cols c'.split(' '),
)
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** Whether a column may be named at the end of this text. */
export function columnPlace(before: string): ColumnPlace | null {
  const begin = Math.max(0, before.length - LONGEST)
  const text = before.slice(begin)
  const attribute = /([^\W\d]\w*)\.(\w*)$/.exec(text)
  const open = openText(text)
  if (open === null) {
    const name = attribute?.[1]
    if (!attribute || name === undefined || /[\w.)\]]/.test(text[attribute.index - 1] ?? '')) return null
    return { from: before.length - (attribute[2]?.length ?? 0), quote: null, frame: name }
  }
  const frame = frameAround(text.slice(0, open.at))
  return frame === undefined ? null : { from: begin + open.at + 1, quote: open.quote, frame }
}

/** The text in quotes that the last line ends in, if any; comments have none. */
function openText(text: string): { at: number; quote: '"' | "'" } | null {
  const start = text.lastIndexOf('\n') + 1
  let open: { at: number; quote: '"' | "'" } | null = null
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at]
    if (open) {
      if (sign === '\\') at += 1
      else if (sign === open.quote) open = null
    } else if (sign === '"' || sign === "'") {
      open = { at, quote: sign }
    } else if (sign === '#') {
      return null
    }
  }
  return open && !/[\w]$/.test(text.slice(start, open.at)) ? open : null
}

/** Of which frame a text after this may name a column: null for any, undefined where it names none. */
function frameAround(text: string): string | null | undefined {
  const opening = enclosing(text)
  if (opening < 0) return undefined
  const head = text.slice(0, opening).trimEnd()
  const last = head.at(-1)
  if (text[opening] === '[') {
    if (last !== undefined && /[\w\])]/.test(last)) return rootOf(head.replace(/\.(?:loc|iloc|ix|at|xs)$/, ''))
    return frameAround(head) // a list, in whatever it stands
  }
  if (text[opening] === '{') return frameAround(head)
  return calledWith(head, text.slice(opening + 1))
}

/** The same of a call, by its name and by what was given to it so far. */
function calledWith(head: string, given: string): string | null | undefined {
  const method = /\.(\w+)$/.exec(head)?.[1]
  const keyword = /(?:^|,)\s*(\w+)\s*=\s*[^,=]*$/.exec(flat(given))?.[1]
  if (keyword !== undefined ? !KEYWORDS.has(keyword) : !METHODS.has(method ?? '')) return undefined
  if (keyword === 'right_on') return mergedWith(method, given)
  return method === undefined ? null : rootOf(head.slice(0, -method.length - 1))
}

/** The frame on the right of a merge: its first argument, of `pd.merge` the second. */
function mergedWith(method: string | undefined, given: string): string | null {
  if (method !== 'merge') return null
  const names = given.split(',').flatMap((part) => /^\s*(?:right\s*=\s*)?([^\W\d]\w*)\s*$/.exec(part)?.[1] ?? [])
  return names.at(-1) ?? null
}

/** The place of the bracket that is open at the end; -1 for none. */
function enclosing(text: string): number {
  const waiting: string[] = []
  let quote: string | null = null
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const sign = text[at] ?? ''
    if (quote) {
      if (sign === quote && text[at - 1] !== '\\') quote = null
    } else if (sign === '"' || sign === "'") {
      quote = sign
    } else if (CLOSING[sign]) {
      waiting.push(CLOSING[sign])
    } else if ('([{'.includes(sign)) {
      if (waiting.length === 0) return at
      if (waiting.pop() !== sign) return -1
    }
  }
  return -1
}

/** Without what stands in brackets, so that commas are those between arguments. */
function flat(text: string): string {
  let depth = 0
  let found = ''
  for (const sign of text) {
    if ('([{'.includes(sign)) depth += 1
    if (depth === 0) found += sign
    if (')]}'.includes(sign)) depth = Math.max(0, depth - 1)
  }
  return found
}

/** The name that a chain such as `frame.dropna()["a"]` begins with; null where it is none. */
function rootOf(chain: string): string | null {
  return /(?:^|[^\w.)\]])([^\W\d]\w*)(?:\.\w+|\([^()]*\)|\[[^[\]]*\])*$/.exec(chain)?.[1] ?? null
}

/** What may stand there: those of the frame where it is one of the parameters, else all. */
export function columnsAt(place: ColumnPlace, frames: readonly Frame[]): readonly (Column & { parameter: string })[] {
  const named = frames.filter(({ parameter }) => parameter === place.frame)
  if (place.quote === null) return tagged(named).filter(({ name }) => /^[^\W\d]\w*$/.test(name))
  return tagged(named.length > 0 ? named : frames)
}

function tagged(frames: readonly Frame[]): (Column & { parameter: string })[] {
  const seen = new Set<string>()
  return frames.flatMap(({ parameter, columns }) =>
    columns.flatMap((column) => {
      if (seen.has(column.name)) return []
      seen.add(column.name)
      return [{ ...column, parameter }]
    }),
  )
}

/** A name as it stands between quotes. */
export function quoted(name: string, quote: '"' | "'"): string {
  return name.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

/** The names of the parameters of `azureml_main`, in order. */
export function parametersOf(script: string): string[] {
  const list = /^(?:async[ \t]+)?def[ \t]+azureml_main[ \t]*\(([^)]*)\)/m.exec(script)?.[1] ?? ''
  return list
    .replace(/#[^\n]*/g, '')
    .split(',')
    .flatMap((part) => /^\s*([^\W\d]\w*)/.exec(part)?.[1] ?? [])
}
