/** Places in a document, and as the server tells them: lines from 1, columns from 0 in UTF-16 units. */
import type { Text } from '@codemirror/state'

export interface Span {
  line: number
  column: number
  end_line: number
  end_column: number
}

export function placeOf(doc: Text, at: number): { line: number; column: number } {
  const { number, from } = doc.lineAt(at)
  return { line: number, column: at - from }
}

/** The nearest place that the document has, for it may have changed since. */
export function atPlace(doc: Text, line: number, column: number): number {
  if (line > doc.lines) return doc.length
  const found = doc.line(Math.max(1, line))
  return Math.min(found.to, found.from + Math.max(0, column))
}

export function rangeOf(doc: Text, span: Span): { from: number; to: number } {
  const from = atPlace(doc, span.line, span.column)
  return { from, to: Math.max(from, atPlace(doc, span.end_line, span.end_column)) }
}
