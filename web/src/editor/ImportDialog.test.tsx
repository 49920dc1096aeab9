// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'

import type { ModuleRemedy } from '../api/language'
import { ImportDialog } from './ImportDialog'

async function shown(remedy: ModuleRemedy): Promise<HTMLElement> {
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(Response.json(remedy))))
  vi.stubGlobal('CSS', { escape: (text: string) => text }) // which jsdom lacks
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient()}><ImportDialog module="skimage.io" environment="mine" onClose={vi.fn()} /></QueryClientProvider>
    </I18nProvider>,
  )
  const dialog = await screen.findByRole('dialog', { name: 'How to get skimage.io' })
  await screen.findByText('scikit-image')
  return dialog
}

afterEach(() => vi.unstubAllGlobals())

it('says who has the package, and the command that adds it', async () => {
  const { textContent } = await shown({ package: 'scikit-image', environments: ['anaconda', 'classic'], command: 'bottega environment update mine --add scikit-image' })
  expect(textContent).toContain('These environments have it: anaconda, classic.')
  expect(textContent).toContain('bottega environment update mine --add scikit-image')
  expect(textContent).toContain('# dependencies = ["pandas", "scikit-image"]')
})

it('says where to install it where no command does', async () => {
  const { textContent } = await shown({ package: 'scikit-image', environments: [], command: '' })
  expect(textContent).toContain('Install it where mine comes from')
  expect(textContent).not.toContain('have it')
  expect(textContent).not.toContain('In a terminal')
})
