// @vitest-environment jsdom
import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { python } from '@codemirror/lang-python'
import { EditorView } from '@codemirror/view'
import { afterEach, expect, it, vi } from 'vitest'

import type { Completions } from '../api/language'
import { Assistant } from './assistant'
import { columns, names } from './completion'

const HEAD = 'def azureml_main(frame=None):\n    '

function around(): Assistant {
  const assistant = new Assistant(() => undefined)
  const known = [{ name: 'age', type: 'Double' }, { name: 'a "b"', type: 'String' }]
  assistant.surround({ environment: 'default', isNamed: false, oldNames: false, portMapping: 'connected', tables: [{ isConnected: true, columns: known }], hasBundle: false })
  return assistant
}

const open: EditorView[] = []
const viewOf = (line: string, rest = '') => {
  const view = new EditorView({ doc: HEAD + line + rest, extensions: [python()] })
  view.dispatch({ selection: { anchor: HEAD.length + line.length } })
  open.push(view)
  return view
}
const contextOf = (view: EditorView, explicit = false) => new CompletionContext(view.state, view.state.selection.main.head, explicit)
const offer = (assistant: Assistant, found: Completions | null) => vi.spyOn(assistant, 'completions').mockResolvedValue(found)

function choose(view: EditorView, found: CompletionResult | null, label: string): string {
  const option = found?.options.find((each) => each.label === label)
  if (!found || typeof option?.apply !== 'function') throw new Error(`no ${label}`)
  option.apply(view, option, found.from, view.state.selection.main.head)
  return view.state.doc.toString().slice(HEAD.length)
}

afterEach(() => {
  for (const view of open.splice(0)) view.destroy() // before it is measured, which jsdom cannot
  vi.restoreAllMocks()
})

it.each([
  ['frame["', '', 'frame["age"'],
  ['frame["', '"]', 'frame["age"]'],
  ['frame["a', '"]', 'frame["age"]'],
  ["frame.groupby(['a", '', "frame.groupby(['age'"],
])('writes a column after %j%j', async (line, rest, whole) => {
  const view = viewOf(line, rest)
  const found = await columns(around())(contextOf(view))
  expect(choose(view, found, 'age')).toBe(whole)
  expect(view.state.selection.main.head).toBe(HEAD.length + whole.replace(/\]$/, '').length)
})

it('escapes a name in its quotes', async () => {
  const view = viewOf('frame["')
  expect(choose(view, await columns(around())(contextOf(view)), 'a "b"')).toBe('frame["a \\"b\\""')
})

it('writes the import that a name needs', async () => {
  const view = viewOf('Stan')
  const assistant = around()
  const edit = { line: 1, column: 0, end_line: 1, end_column: 0, text: 'from sklearn import StandardScaler\n' }
  const item = { label: 'StandardScaler', kind: 'class', detail: '', summary: '', insert: 'StandardScaler', source: 'sklearn', edits: [edit] }
  offer(assistant, { items: [item], more: true })
  const found = await names(assistant)(contextOf(view))
  expect(found?.validFor).toBeUndefined()
  const option = found?.options[0]
  if (!found || typeof option?.apply !== 'function') throw new Error('no option')
  option.apply(view, option, found.from, view.state.selection.main.head)
  expect(view.state.doc.toString()).toBe(`from sklearn import StandardScaler\n${HEAD}StandardScaler`)
  expect(view.state.selection.main.head).toBe(view.state.doc.length)
})

it('asks nothing within texts and comments, nor before anything is typed', async () => {
  const assistant = around()
  const asked = offer(assistant, { items: [], more: false })
  for (const line of ['"te', '# wo', '', 'x = ']) await names(assistant)(contextOf(viewOf(line)))
  expect(asked).not.toHaveBeenCalled()
  await names(assistant)(contextOf(viewOf(''), true))
  await names(assistant)(contextOf(viewOf('frame.')))
  expect(asked).toHaveBeenCalledTimes(2)
})

it('offers the words of the language where no language server can be had', async () => {
  const assistant = around()
  offer(assistant, null)
  const found = await names(assistant)(contextOf(viewOf('fra')))
  expect(found?.options.map(({ label }) => label)).toEqual(expect.arrayContaining(['print', 'frame']))
})
