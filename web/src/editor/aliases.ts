/** Other names of the connected frames: `df = dataframe1.dropna()` has the columns that `dataframe1` has. */

const ASSIGNED = /^[ \t]*([^\W\d]\w*)[ \t]*=(?!=)[ \t]*(.*)$/
const NAME = /^(?:pd\.DataFrame\(\s*)?([^\W\d]\w*)/
// What gives a frame of the same columns, more or less.
const KEEPING = new Set(
  ('append assign astype bfill clip convert_objects copy drop drop_duplicates dropna ffill fillna head infer_objects interpolate ' +
    'join mask merge nlargest nsmallest query reindex rename replace reset_index round sample set_index sort sort_index sort_values ' +
    'tail where').split(' '),
)

/** Each name with the parameter whose columns it has by the end of this text. */
export function aliases(text: string, parameters: readonly string[]): Map<string, string> {
  const found = new Map(parameters.map((each) => [each, each]))
  for (const line of text.split('\n')) {
    const [, name, value] = ASSIGNED.exec(line) ?? []
    if (name === undefined || value === undefined || parameters.includes(name)) continue
    const source = sourceOf(value)
    const parameter = source === null ? undefined : found.get(source)
    if (parameter === undefined) found.delete(name)
    else found.set(name, parameter)
  }
  return found
}

/** The name whose columns a value has; null where it may have others. */
function sourceOf(value: string): string | null {
  const begin = NAME.exec(value)
  if (!begin) return null
  const isWrapped = value.startsWith('pd.')
  return isWrapped || keeps(value.slice(begin[0].length)) ? (begin[1] ?? null) : null
}

/** Whether a chain after a frame gives a frame with its columns. */
function keeps(chain: string): boolean {
  let rest = chain.replace(/#.*$/, '').trim()
  while (rest) {
    const method = /^\.(\w+)\s*\(/.exec(rest)
    if (method ? !KEEPING.has(method[1] ?? '') : !/^(?:\.loc)?\[(?!\s*["'])/.test(rest)) return false
    const open = rest.search(/[([]/)
    const end = closing(rest, open)
    if (!method && !isRows(rest.slice(open + 1, end))) return false
    rest = rest.slice(end + 1).trim()
  }
  return true
}

/** Whether what stands in brackets chooses rows or several columns, not a single column. */
const isRows = (key: string) => /^\s*\[|[<>=!~&|]|:\s*(?:,\s*\[|$)|\.(?:isin|notnull|isnull|notna|isna)\(/.test(key)

/** Where the bracket is closed that stands here; the end where it is not, as in a call of several lines. */
function closing(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if ('([{'.includes(sign)) depth += 1
    else if (')]}'.includes(sign) && --depth === 0) return at
  }
  return text.length
}
