/** Sample code in pieces that are coloured alike. */
import { pythonLanguage } from '@codemirror/lang-python'
import { type Language, StreamLanguage } from '@codemirror/language'
import { csharp } from '@codemirror/legacy-modes/mode/clike'
import { r } from '@codemirror/legacy-modes/mode/r'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight'

export interface Piece {
  text: string
  /** What it is, for its colour; empty for plain text. */
  kind: string
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  python: pythonLanguage,
  csharp: StreamLanguage.define(csharp),
  r: StreamLanguage.define(r),
  curl: StreamLanguage.define(shell),
}

const highlighter = tagHighlighter([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.modifier], class: 'keyword' },
  { tag: [tags.string, tags.special(tags.string)], class: 'string' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: 'number' },
  { tag: tags.comment, class: 'comment' },
])

export function highlighted(code: string, language: string): Piece[] {
  const known = LANGUAGES[language]
  if (!known) return [{ text: code, kind: '' }]
  const pieces: Piece[] = []
  let end = 0
  const plain = (until: number) => until > end && pieces.push({ text: code.slice(end, until), kind: '' })
  highlightTree(known.parser.parse(code), highlighter, (from, to, kind) => {
    plain(from)
    pieces.push({ text: code.slice(from, to), kind })
    end = to
  })
  plain(code.length)
  return pieces
}
