/** Long lines go on below, as far in as they began; by classes, for the page's policy lets no style stand in an element. */
import { type Extension, RangeSetBuilder } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

const DEEPEST = 24
const depths = Array.from({ length: DEEPEST }, (_, index) => index + 1)
const marks = depths.map((depth) => Decoration.line({ class: `cm-depth-${depth}` }))

// With the sign after them: a line shall not break before it.
const blanks = Decoration.mark({ class: 'cm-blanks' })

const look = EditorView.theme({
  '.cm-blanks': { whiteSpace: 'pre' },
  ...Object.fromEntries(
    depths.map((depth) => [
      `.cm-line.cm-depth-${depth}`,
      { textIndent: `-${depth}ch`, paddingInlineStart: `calc(${depth}ch + var(--space-2))` },
    ]),
  ),
})

/** How far in a line begins, in signs; at most as far as there are classes. */
export function depthOf(line: string, tab: number): number {
  let depth = 0
  for (const sign of line) {
    if (sign === ' ') depth += 1
    else if (sign === '\t') depth += tab - (depth % tab)
    else return Math.min(depth, DEEPEST)
  }
  return 0 // nothing but blanks: there is nothing to go on below
}

const indented = ViewPlugin.define(
  (view) => ({
    lines: drawn(view),
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.lines = drawn(update.view)
    },
  }),
  { decorations: (plugin) => plugin.lines },
)

function drawn(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>()
  const { doc, tabSize } = view.state
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = doc.lineAt(at)
      const mark = marks[depthOf(line.text, tabSize) - 1]
      if (mark) {
        found.add(line.from, line.from, mark)
        found.add(line.from, line.from + line.text.search(/\S/) + 1, blanks)
      }
      at = line.to + 1
    }
  }
  return found.finish()
}

export const wrapping: Extension = [EditorView.lineWrapping, indented, look]
