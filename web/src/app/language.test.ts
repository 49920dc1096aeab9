// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { afterEach, describe, expect, it } from 'vitest'

import { choose, setLanguage, useLanguage } from './language'

afterEach(() => setLanguage('en'))

describe('choose', () => {
  it('finds the first language that we have, whatever its country', () => {
    expect(choose(['de-DE', 'fr-CA', 'en'])).toBe('fr')
    expect(choose(['pt'])).toBe('pt-BR')
    expect(choose(['PT-pt'])).toBe('pt-BR')
    expect(choose(['es-419'])).toBe('es')
  })

  it('falls back to English', () => expect(choose(['de', 'ja'])).toBe('en'))
})

describe('setLanguage', () => {
  it('changes the words, the page and what is remembered', async () => {
    await setLanguage('sv')
    expect(i18n.locale).toBe('sv')
    expect(document.documentElement.lang).toBe('sv')
    expect(useLanguage.getState().language).toBe('sv')
    expect(localStorage.getItem('bottega.language')).toBe('sv')
  })
})
