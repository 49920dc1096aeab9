import { Text } from '@codemirror/state'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { Assistant, type Surroundings } from './assistant'

const doc = Text.of(['def azureml_main(first=None, second=None):', '    return first,'])
const age = [{ name: 'age', type: 'Double' }]
const around = (tables: Surroundings['tables'], portMapping: Surroundings['portMapping'] = 'connected'): Surroundings => ({
  environment: 'default', isNamed: false, oldNames: false, portMapping, tables, hasBundle: false,
})
const answers = vi.fn<typeof fetch>()
const answer = (status: number, body: unknown) =>
  answers.mockImplementation(() =>
    Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })),
  )

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', answers)
  answers.mockReset()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('sends the script with what is around it', async () => {
  answer(200, { problems: [], python2: false })
  const assistant = new Assistant(() => undefined)
  assistant.surround(around([{ isConnected: false, columns: null }, { isConnected: true, columns: age }], 'slots'))
  expect(await assistant.problems(doc)).toMatchObject({ problems: [] })
  const body = answers.mock.calls[0]?.[1]?.body
  expect(JSON.parse(typeof body === 'string' ? body : '')).toMatchObject({
    text: doc.toString(), environment: 'default', old_names: false, tables: [false, true], port_mapping: 'slots', bundle: false,
  })
})

it('says once that there is no language server, asks none for a while, and says when there is one again', async () => {
  const told: (string | null)[] = []
  const assistant = new Assistant((missing) => told.push(missing))
  answer(424, { detail: 'ty is missing', code: 'LanguageServerMissing' })
  expect(await assistant.problems(doc)).toBeNull()
  expect(await assistant.problems(doc)).toBeNull()
  expect(answers).toHaveBeenCalledTimes(1)
  expect(told).toEqual(['ty is missing'])
  vi.advanceTimersByTime(60_000)
  answer(200, { problems: [] })
  expect(await assistant.problems(doc)).toMatchObject({ problems: [] })
  expect(told).toEqual(['ty is missing', null])
})

it('goes on asking one that ended or is busy', async () => {
  const told: (string | null)[] = []
  const assistant = new Assistant((missing) => told.push(missing))
  answer(424, { detail: 'It ended.', code: 'LanguageServerEnded' })
  await assistant.problems(doc)
  answer(429, { detail: 'It is busy.', code: 'TooManyRequests' })
  await assistant.problems(doc)
  expect(answers).toHaveBeenCalledTimes(2)
  expect(told).toEqual([])
})

it('knows whose columns are which', () => {
  const assistant = new Assistant(() => undefined)
  const tables = [{ isConnected: false, columns: null }, { isConnected: true, columns: age }]
  assistant.surround(around(tables))
  expect(assistant.frames(doc)).toEqual([{ parameter: 'first', columns: age }])
  assistant.surround(around(tables, 'slots'))
  expect(assistant.frames(doc)).toEqual([{ parameter: 'second', columns: age }])
})

it('says that old names are restored, and that the script itself may name its environment', async () => {
  answer(200, { problems: [], python2: false })
  const assistant = new Assistant(() => undefined)
  const sent = async (surroundings: Partial<Surroundings>) => {
    assistant.surround({ ...around([]), ...surroundings })
    await assistant.problems(Text.of(['# /// script', '# dependencies = ["rich"]', '# ///', 'import rich']))
    const body = answers.mock.lastCall?.[1]?.body
    return JSON.parse(typeof body === 'string' ? body : '') as unknown
  }
  expect(await sent({ oldNames: true })).toMatchObject({ old_names: true, inline: true })
  expect(await sent({ isNamed: true })).toMatchObject({ inline: false })
})
