/** The page's language: as chosen, else as the browser asks, else English. */
import { i18n, type Messages } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { create } from 'zustand'

import { loadWords } from '../words/words'
import { queries } from './queries'
import { recall, remember } from './remembered'

/** Each in its own words, for whoever looks for theirs. */
export const languages = {
  en: 'English',
  'pt-BR': 'Português (Brasil)',
  es: 'Español',
  nl: 'Nederlands',
  fr: 'Français',
  sv: 'Svenska',
} as const
export type Language = keyof typeof languages

const KEY = 'language'
const catalogues = import.meta.glob<{ messages: Messages }>(['../locales/*.po', '!../locales/en.po'])
const isLanguage = (text: string | null): text is Language => text !== null && text in languages

export const useLanguage = create<{ language: Language }>(() => ({ language: 'en' }))

/** The first of the wished languages that we have; `pt` finds `pt-BR`. */
export function choose(wished: readonly string[]): Language {
  for (const wish of wished) {
    const same = (each: string) => each.split('-')[0]?.toLowerCase() === wish.split('-')[0]?.toLowerCase()
    const found = Object.keys(languages).find(same)
    if (found && isLanguage(found)) return found
  }
  return 'en'
}

export async function startLanguage(): Promise<void> {
  // English stands in the code itself, as every message's source.
  i18n.setMessagesCompiler(compileMessage)
  const kept = recall(KEY)
  await activate(isLanguage(kept) ? kept : choose(navigator.languages))
}

export async function setLanguage(language: Language): Promise<void> {
  remember(KEY, language)
  await activate(language)
  void queries.invalidateQueries() // what the server told is said anew
}

async function activate(language: Language): Promise<void> {
  const [messages] = await Promise.all([load(language), loadWords(language)])
  i18n.loadAndActivate({ locale: messages ? language : 'en', messages: messages ?? {} })
  const found = messages ? language : 'en'
  document.documentElement.lang = found
  useLanguage.setState({ language: found })
}

/** Null where the catalogue cannot be had now; the page then speaks English. */
async function load(language: Language): Promise<Messages | null> {
  if (language === 'en') return {}
  try {
    return (await catalogues[`../locales/${language}.po`]?.())?.messages ?? null
  } catch {
    return null
  }
}
