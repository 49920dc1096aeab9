// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'

import type { FailedTable, Frame } from '../api/debugging'
import { remember } from '../app/remembered'
import { shortened, Variables } from './Variables'

const table: FailedTable = {
  columns: [{ name: 'age', type: 'float64' }, { name: '<b>x</b>', type: 'object' }],
  rows: [['39.0', null], ['50.0', '<img src=x onerror=alert(1)>']],
  shape: [32_561, 15],
}
const FRAMES: Frame[] = [
  {
    function: 'parts', file: 'Script Bundle/helper.py', line: 7,
    variables: [
      { name: 'frame', type: 'DataFrame', value: '32561 rows × 15 columns', table },
      { name: 'wanted', type: 'str', value: "'y'", table: null },
      { name: 'text', type: 'str', value: `'${'long '.repeat(100)}'`, table: null },
    ],
  },
  { function: 'azureml_main', file: 'script.py', line: 3, variables: [] },
]

function shown(answer: () => Response) {
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(answer())))
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}><Variables run="r" node="n" /></QueryClientProvider>
    </I18nProvider>,
  )
}

afterEach(() => {
  remember('variables.open', null)
  vi.unstubAllGlobals()
})

it('shows frame by frame what they held, by keyboard', async () => {
  const user = userEvent.setup()
  shown(() => Response.json(FRAMES))
  await screen.findByRole('button', { name: 'Variables' })
  await user.tab()
  await user.keyboard('{Enter}')
  const innermost = screen.getByRole('list', { name: 'Variables of parts' })
  expect(within(innermost).getAllByRole('listitem').map((each) => each.textContent)).toContain("wantedstr'y'")
  await user.click(within(innermost).getByRole('button', { name: '32561 rows × 15 columns' }))
  expect(within(innermost).getByRole('cell', { name: 'missing' })).toBeTruthy()
  expect(innermost.textContent).toContain('The first 2 of 32,561 rows, 2 of 15 columns')
  await user.click(screen.getByRole('button', { name: /azureml_main script\.py, line 3/ }))
  expect(screen.getByText('No variables of its own.')).toBeTruthy()
})

it('shows what a script held as text, never as markup', async () => {
  remember('variables.open', 'true')
  const { container } = shown(() => Response.json(FRAMES))
  await userEvent.click(await screen.findByRole('button', { name: '32561 rows × 15 columns' }))
  expect(screen.getByRole('cell', { name: '<img src=x onerror=alert(1)>' })).toBeTruthy()
  expect(container.querySelector('img, b')).toBeNull()
})

it('is not there where none were kept', async () => {
  const { container } = shown(() => Response.json({ detail: 'There is none.' }, { status: 404 }))
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled())
  await Promise.resolve()
  expect(container.textContent).toBe('')
})

it('shortens what is long or has lines', () => {
  expect(shortened('a\n  b')).toBe('a b…')
  expect(shortened('x'.repeat(500))).toHaveLength(161)
})
