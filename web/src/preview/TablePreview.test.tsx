// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { TablePreview } from './TablePreview'

const TOTAL = 1_000_000
const columns = [
  { name: 'note', type: 'String', role: 'feature' },
  { name: 'size', type: 'Double', role: 'label' },
]
const SOURCE = '/v1/datasets/one'

let asked: string[] = []
let isBroken = false

/** A server with one long table. */
function answer(address: string): Response {
  asked.push(address)
  const { pathname, searchParams } = new URL(address, 'http://here')
  const [offset, limit] = ['offset', 'limit'].map((name) => Number(searchParams.get(name) ?? 0))
  if (pathname.endsWith('/profile')) return Response.json({ rows: TOTAL, total_columns: 2, columns: [] })
  if (isBroken && limit)
    return Response.json({ detail: 'The file of this table is damaged.', code: 'blob-damaged' }, { status: 500 })
  const rows = Array.from({ length: limit ?? 0 }, (_, place) => [`<b>${place + (offset ?? 0)}</b>`, place ? 0.5 : null])
  return Response.json({ columns, rows, offset, total: TOTAL, total_columns: 2 })
}

beforeEach(() => {
  asked = []
  isBroken = false
  vi.stubGlobal(
    'fetch',
    vi.fn((address: string) => Promise.resolve(answer(address))),
  )
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {
        /* nothing has a size here */
      }
      disconnect() {
        /* nor loses it */
      }
    },
  )
  // jsdom lays nothing out: every element is as large as a pane.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={client}>
        <TablePreview source={SOURCE} label="Orders" />
      </QueryClientProvider>
    </I18nProvider>,
  )
}

it('shows texts as they are, and what is missing', async () => {
  show()
  expect(await screen.findByText('<b>0</b>')).toBeDefined()
  expect(screen.getByText('missing')).toBeDefined()
  expect(document.querySelector('[role=gridcell] b')).toBeNull()
})

it('draws and fetches what is in view alone, and says how long the table is', async () => {
  show()
  const grid = await screen.findByRole('grid', { name: 'Orders' })
  await screen.findByText('<b>0</b>')
  expect(grid.getAttribute('aria-rowcount')).toBe(String(TOTAL + 1))
  expect(screen.getAllByRole('row').length).toBeLessThan(40)
  expect(asked.filter((each) => each.includes('offset='))).toHaveLength(1)
  expect(screen.getByText('1,000,000 rows × 2 columns')).toBeDefined()
})

it('goes to the last row by keyboard', async () => {
  show()
  const grid = await screen.findByRole('grid')
  await screen.findByText('<b>0</b>')
  fireEvent.focus(grid)
  fireEvent.keyDown(grid, { key: 'End', ctrlKey: true })
  fireEvent.scroll(grid)
  expect(await screen.findByText(`<b>${TOTAL - 1}</b>`)).toBeDefined()
  expect(screen.getByText('Row 1,000,000, size')).toBeDefined()
})

it('says what went wrong with rows, and tries again', async () => {
  isBroken = true
  show()
  expect((await screen.findByRole('alert')).textContent).toContain('The file of this table is damaged.')
  isBroken = false
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('<b>0</b>')).toBeDefined()
})
