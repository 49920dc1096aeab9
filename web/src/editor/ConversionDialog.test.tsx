// @vitest-environment jsdom
import { history, undo } from '@codemirror/commands'
import { EditorView } from '@codemirror/view'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { ConversionDialog } from './ConversionDialog'

const OLD = 'def azureml_main(a):\n    print "x"\n    return a,\n'
const NEW = OLD.replace('print "x"', 'print("x")')
const closed = vi.fn()
let view: EditorView

function shown(answer: () => Response): void {
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(answer())))
  vi.stubGlobal('CSS', { escape: (text: string) => text }) // which jsdom lacks
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}><ConversionDialog view={view} onClose={closed} /></QueryClientProvider>
    </I18nProvider>,
  )
}

beforeEach(() => {
  view = new EditorView({ doc: OLD, extensions: [history()] })
})
afterEach(() => {
  view.destroy()
  closed.mockReset()
  vi.unstubAllGlobals()
})

it('shows what changes, and makes it one change', async () => {
  const diff = ['@@ -1,3 +1,3 @@', ' def azureml_main(a):', '-    print "x"', '+    print("x")', '     return a,']
  shown(() => Response.json({ text: NEW, changed: true, notes: ['Line 3 divides.'], diff }))
  expect(await screen.findByText('+ print("x")')).toBeTruthy()
  expect(screen.getByText('Line 3 divides.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Convert' }))
  expect(view.state.doc.toString()).toBe(NEW)
  expect(closed).toHaveBeenCalledOnce()
  undo(view)
  expect(view.state.doc.toString()).toBe(OLD)
})

it('says why one cannot be converted', async () => {
  shown(() => Response.json({ detail: 'Line 2 cannot be read.', code: 'conversion-failed' }, { status: 422 }))
  expect(await screen.findByText('Line 2 cannot be read.')).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Convert' }).disabled).toBe(true)
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(view.state.doc.toString()).toBe(OLD)
})
