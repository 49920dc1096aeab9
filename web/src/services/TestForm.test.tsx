// @vitest-environment jsdom
import { I18nProvider } from '@lingui/react'
import { i18n } from '@lingui/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Endpoint } from '../api/services'
import { TestForm } from './TestForm'

const endpoint = { id: 'e1', name: 'default', version: 1 } as Endpoint
const form = {
  answers: true,
  api: '/api',
  execute: '/api/execute?details=true',
  help: '/help',
  inputs: [{ name: 'input1', real: true, samples: [['40', 'red']], fields: [field('age', 'Integer'), field('colour', 'String')] }],
  outputs: [],
  parameters: [],
}
const table = { ColumnNames: ['age', 'Scored Labels'], ColumnTypes: ['Int32', 'Double'], Values: [['41', '0.93']] }

function field(name: string, type: string) {
  return { name, type, known: true, categories: [] }
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', 'x-ms-request-id': 'q7' } })

describe('the test form', () => {
  const calls: RequestInit[] = []
  let answer: () => Response = () => json({})

  beforeEach(() => {
    calls.length = 0
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
      if (path.endsWith('/form')) return Promise.resolve(json(form))
      if (path.endsWith('/keys')) return Promise.resolve(json({ primary: 'KEY', secondary: 'OTHER' }))
      calls.push(init)
      return Promise.resolve(answer())
    })
    render(
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={new QueryClient()}>
          <TestForm service="s1" endpoint={endpoint} />
        </QueryClientProvider>
      </I18nProvider>,
    )
  })

  afterEach(() => {
    cleanup()
    vi.unstubAllGlobals()
  })

  it('sends what stands in the boxes with the endpoint’s key and shows what comes back', async () => {
    answer = () => json({ Results: { output1: { type: 'table', value: table } } })
    const age = await screen.findByRole('textbox', { name: 'age' })
    await userEvent.clear(age)
    await userEvent.type(age, '41')
    await userEvent.clear(screen.getByRole('textbox', { name: 'colour' }))
    await userEvent.click(screen.getByRole('button', { name: 'Call the service' }))
    expect(await screen.findByText('0.93')).toBeTruthy()
    const sent = calls[0]
    expect(sent?.headers).toMatchObject({ authorization: 'Bearer KEY' })
    expect(sent?.credentials).toBe('omit')
    expect(JSON.parse(sent?.body as string)).toEqual({
      Inputs: { input1: { ColumnNames: ['age', 'colour'], Values: [['41', null]] } },
      GlobalParameters: {},
    })
    expect(document.activeElement?.textContent).toContain('request q7')
  })

  it('shows what a script printed of its failure', async () => {
    const details = [{ code: '85', target: 'Execute Python Script', message: 'ZeroDivisionError: division by zero' }]
    answer = () => json({ error: { code: 'ModuleExecutionError', message: 'Module execution encountered an error.', details } }, 400)
    await userEvent.click(await screen.findByRole('button', { name: 'Call the service' }))
    expect((await screen.findByRole('alert')).textContent).toContain('ZeroDivisionError')
  })
})
