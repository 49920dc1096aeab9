/** Comma- or tab-separated text with quotes (RFC 4180), as rows of a call; the first line names the columns. */

export interface Rows {
  columns: string[]
  /** An empty cell is missing, unless it stands in quotes. */
  values: (string | null)[][]
}

/** What is wrong with a text, for who wrote it; `row` counts from 1, without the header. */
export type RowsFault = { kind: 'quote' } | { kind: 'empty' } | { kind: 'width'; row: number; cells: number; columns: number }

export class RowsError extends Error {
  override readonly name = 'RowsError'

  constructor(readonly fault: RowsFault) {
    super(fault.kind)
  }
}

interface Cell {
  text: string
  quoted: boolean
}

/** Blank lines are no rows. Raises RowsError. */
export function parseRows(text: string): Rows {
  const lines = cellsOf(text.replace(/^\uFEFF/, ''))
  const [head, ...rest] = lines
  if (!head) throw new RowsError({ kind: 'empty' })
  const columns = head.map((cell) => cell.text.trim())
  const values = rest.map((cells, index) => {
    if (cells.length !== columns.length) {
      throw new RowsError({ kind: 'width', row: index + 1, cells: cells.length, columns: columns.length })
    }
    return cells.map((cell) => (cell.text === '' && !cell.quoted ? null : cell.text))
  })
  return { columns, values }
}

/** The same way back, for what is copied or saved. */
export function formatRows({ columns, values }: Rows): string {
  return [columns, ...values].map((row) => row.map(quoted).join(',')).join('\n') + '\n'
}

function quoted(cell: string | null): string {
  if (cell === null) return ''
  return cell === '' || /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function separatorOf(source: string): string {
  const head = source.split(/\r?\n/, 1)[0] ?? ''
  return head.includes('\t') && !head.includes(',') ? '\t' : ','
}

function cellsOf(source: string): Cell[][] {
  const separator = separatorOf(source)
  const lines: Cell[][] = []
  let line: Cell[] = []
  let cell: Cell = { text: '', quoted: false }
  let open = false
  const endCell = () => {
    line.push(cell)
    cell = { text: '', quoted: false }
  }
  const endLine = () => {
    endCell()
    if (line.length > 1 || line.some((each) => each.text !== '' || each.quoted)) lines.push(line)
    line = []
  }
  for (let at = 0; at < source.length; at += 1) {
    const sign = source.charAt(at)
    if (open) {
      if (sign !== '"') cell.text += sign
      else if (source[at + 1] === '"') cell.text += source.charAt((at += 1))
      else open = false
    } else if (sign === '"' && cell.text === '') open = cell.quoted = true
    else if (sign === separator) endCell()
    else if (sign === '\n') endLine()
    else if (sign !== '\r' || source[at + 1] !== '\n') cell.text += sign
  }
  if (open) throw new RowsError({ kind: 'quote' })
  if (cell.text !== '' || cell.quoted || line.length > 0) endLine()
  return lines
}
