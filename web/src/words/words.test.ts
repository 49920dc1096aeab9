import { afterEach, expect, test } from 'vitest'

import english from './en.json'
import { categoryWords, errorWords, loadWords, setWords, titleWords, type Words } from './words'

const LANGUAGES = ['pt-BR', 'es', 'nl', 'fr', 'sv']
const files = import.meta.glob<Words>('./*.json', { import: 'default', eager: true })
const factsIn = (texts: readonly string[]) => [...new Set(texts.join(' ').match(/\{\w+\}/g) ?? [])].sort()

afterEach(() => loadWords('en'))

test.each(LANGUAGES)('every title and every error has words in %s, with the same facts', (language) => {
  const words = files[`./${language}.json`]
  expect(Object.keys(words?.titles ?? {}).sort()).toEqual(Object.keys(english.titles).sort())
  expect(Object.keys(words?.errors ?? {}).sort()).toEqual(Object.keys(english.errors).sort())
  for (const [code, template] of Object.entries(english.errors)) {
    const translated = words?.errors[code] ?? ['', '']
    expect(factsIn(translated), code).toEqual(factsIn(template))
    expect(translated[1] === '', code).toBe(template[1] === '')
  }
})

test('a title that nobody translated stays, and so does every one in English', async () => {
  expect(titleWords('Split Data')).toBe('Split Data')
  await loadWords('es')
  expect(titleWords('Split Data')).not.toBe('Split Data')
  expect(titleWords('My Own Module')).toBe('My Own Module')
  expect(titleWords('constructor')).toBe('constructor')
  expect(categoryWords('Data Transformation/Mine')).toBe(`${titleWords('Data Transformation')}/Mine`)
})

const templates = { titles: { Error: 'Fel' }, errors: { '0001': ['there is no column {column} (in {table})', 'Choose one of {columns}'], '0003': ['No {input}', ''], 'parameter-missing': ['{parameter} is empty', ''], '0018': ['{path} is bad', ''] } } as const
const swedish = { titles: templates.titles, errors: { '0001': ['{table} har ingen kolumn {column}', 'Välj en av {columns}'], '0003': ['Ingen {input}', ''], 'parameter-missing': ['{parameter} är tom', ''], '0018': ['{path} är trasig', ''] } } as const

test.each([
  ['0001', 'Error 0001: There is no column a. b? (in t1). Choose one of x, y.', 'Fel 0001: T1 har ingen kolumn a. b?. Välj en av x, y.'],
  ['1', 'There is no column $& (in t1). Choose one of x.', 'T1 har ingen kolumn $&. Välj en av x.'],
  ['0003', 'Query is empty.', 'Query är tom.'],
  ['0018', 'Error 0018: data/a.csv is bad.', 'Fel 0018: data/a.csv är trasig.'],
  ['0018', 'The file is bad.', 'The file är trasig.'],
  ['0003', 'No table.', 'Ingen table.'],
  ['0001', 'Something else went wrong.', 'Something else went wrong.'],
  ['usage', 'There is no column a (in t1). Choose one of x.', 'There is no column a (in t1). Choose one of x.'],
  ['toString', 'x', 'x'],
])('%s: %s', (code, text, said) => {
  setWords(templates, swedish)
  expect(errorWords(code, text)).toBe(said.replace('T1', text.includes('t1') ? 'T1' : 't1'))
})
