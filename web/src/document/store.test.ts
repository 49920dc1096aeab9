// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { addNode, setParameter } from './edits'
import { editor } from './store'
import { draftOf } from './drafts'
import { fingerprint } from './sameness'
import type { Experiment } from './types'
import { tree } from './writing'

/** A server that keeps one document, and can be away. */
class Server {
  etag = 1
  document = 'bottega: 1\ntitle: T\nnodes: {a: {module: m}}\n'
  isAway = false
  isDeleted = false
  /** It takes what is sent, and its answer is lost. */
  losesAnswers = false
  /** Statuses that the next requests of a method fail with. */
  readonly failures: Record<string, number[]> = { GET: [], PUT: [] }
  asked: string[] = []
  puts: string[] = []

  readonly fetch = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    if (this.isAway) return Promise.reject(new TypeError('gone'))
    const path = input instanceof Request ? input.url : input.toString()
    const method = init.method ?? 'GET'
    this.asked.push(method)
    const failure = this.failures[method]?.shift()
    if (failure !== undefined) return this.told(failure, { detail: `failed ${failure}` })
    if (this.isDeleted && path !== '/v1/experiments') return this.told(404, { detail: 'There is no experiment x.' })
    if (init.method === 'POST' && path === '/v1/experiments') return this.told(201, { id: 'copy' })
    if (init.method !== 'PUT') return this.told(200)
    const wanted = new Headers(init.headers).get('if-match')
    if (wanted !== `"${this.etag}"`) return this.told(412)
    this.puts.push(init.body as string)
    this.change(init.body as string)
    if (this.losesAnswers) return Promise.reject(new TypeError('cut off'))
    return this.told(200)
  }

  change(document: string): void {
    this.document = document
    this.etag += 1
  }

  private told(status: number, more: object = {}): Promise<Response> {
    const body = JSON.stringify({ id: 'x', etag: String(this.etag), document: this.document, ...more })
    return Promise.resolve(new Response(body, { status, headers: { 'content-type': 'application/json' } }))
  }
}

let server: Server
let count = 0

async function opened() {
  const store = editor(`e${(count += 1)}`)
  await store.getState().load()
  return store
}

/** What the page of another tab has kept. */
function leave(id: string, page: string, { etag, sent = [], at = 0, ...document }: { etag: string; sent?: string[]; at?: number; nodes: object; title?: string }) {
  localStorage.setItem(`bottega.draft.${id}/${page}`, JSON.stringify({ tab: page, at, etag, sent, document }))
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
  vi.stubGlobal('fetch', server.fetch)
  localStorage.clear()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const add = (id: string) => (document: Parameters<typeof addNode>[0]) => addNode(document, id, { module: 'm' })

describe('saving', () => {
  it('comes soon after an edit, several edits at once', async () => {
    const store = await opened()
    store.getState().apply(add('b'), 'add')
    store.getState().apply(add('c'), 'add')
    expect(store.getState().saveState).toBe('saving')
    await vi.advanceTimersByTimeAsync(1000)
    expect(server.puts).toHaveLength(1)
    expect(JSON.parse(server.document)).toMatchObject({ nodes: { a: {}, b: {}, c: {} } })
    expect([store.getState().saveState, store.getState().etag, draftOf(store.getState().id)]).toEqual(['saved', '2', null])
  })

  it('can be awaited, with what is edited meanwhile', async () => {
    const store = await opened()
    store.getState().apply(add('b'), 'add')
    const etag = store.getState().flush()
    store.getState().apply(add('c'), 'add')
    expect(await etag).toBe('3')
    expect(server.puts).toHaveLength(2)
  })

  it('waits for a server that is gone, and keeps a draft', async () => {
    const store = await opened()
    server.isAway = true
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.getState().saveState).toBe('offline')
    expect(draftOf(store.getState().id)?.document.nodes.b).toBeDefined()
    server.isAway = false
    await vi.advanceTimersByTimeAsync(5000)
    expect([store.getState().saveState, server.puts.length]).toEqual(['saved', 1])
  })

  it('does not drop a draft before it is loaded', async () => {
    leave('early', 'closed', { etag: '1', nodes: { z: { module: 'm' } } })
    const store = editor('early')
    const loading = store.getState().load()
    await store.getState().flush()
    await loading
    expect(Object.keys(store.getState().document.nodes)).toEqual(['z'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(JSON.parse(server.document)).toMatchObject({ nodes: { z: {} } })
  })
})

describe('a conflict', () => {
  async function conflict() {
    const store = await opened()
    server.change('bottega: 1\nnodes: {theirs: {module: m}}\n')
    store.getState().apply(add('mine'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.getState().saveState).toBe('conflict')
    expect(Object.keys(store.getState().theirs?.document.nodes ?? {})).toEqual(['theirs'])
    expect(server.puts).toEqual([])
    return store
  }

  it('overwrites nothing, however long one edits on', async () => {
    const store = await conflict()
    store.getState().apply(add('more'), 'add')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(server.puts).toEqual([])
    await expect(store.getState().flush()).rejects.toThrow()
  })

  it('ends with theirs, which no undo overwrites', async () => {
    const store = await conflict()
    store.getState().takeTheirs()
    expect(Object.keys(store.getState().document.nodes)).toEqual(['theirs'])
    expect(store.getState().undo()).toBeNull()
    expect(draftOf(store.getState().id)).toBeNull()
  })

  it('is told where the other side cannot be read, and goes on once it can', async () => {
    const store = await opened()
    server.change('bottega: 1\nnodes: {theirs: {module: m}}\n')
    server.failures.GET = [503, 503]
    store.getState().apply(add('mine'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.getState()).toMatchObject({ saveState: 'conflict', theirs: null, problem: 'failed 503' })
    await store.getState().retry().catch(() => undefined)
    expect(store.getState()).toMatchObject({ theirs: null, problem: 'failed 503' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(Object.keys(store.getState().theirs?.document.nodes ?? {})).toEqual(['theirs'])
    expect(server.puts).toEqual([])
  })

  it('ends with mine, if one says so', async () => {
    const store = await conflict()
    await store.getState().putMine()
    expect(JSON.parse(server.document)).toMatchObject({ nodes: { a: {}, mine: {} } })
    expect(store.getState().saveState).toBe('saved')
  })

  it('ends with mine beside theirs', async () => {
    const store = await conflict()
    expect(await store.getState().keepCopy('Mine')).toBe('copy')
    expect(Object.keys(store.getState().document.nodes)).toEqual(['theirs'])
    expect(store.getState().saveState).toBe('saved')
  })

  it('is found where a draft is older than what is kept', async () => {
    leave('late', 'closed', { etag: '0', nodes: { z: { module: 'm' } } })
    const store = editor('late')
    await store.getState().load()
    expect(store.getState().saveState).toBe('conflict')
    expect(draftOf('late')?.etag).toBe('0')
    await vi.advanceTimersByTimeAsync(5000)
    expect(server.puts).toEqual([])
  })
})

describe('history', () => {
  it('goes back and forth over everything', async () => {
    const store = await opened()
    const { apply, undo, redo } = store.getState()
    apply(add('b'), 'add b', { select: { selection: ['b'] } })
    expect(undo()).toBe('add b')
    expect([Object.keys(store.getState().document.nodes), store.getState().selection]).toEqual([['a'], []])
    expect(redo()).toBe('add b')
    expect(Object.keys(store.getState().document.nodes)).toEqual(['a', 'b'])
    expect(redo()).toBeNull()
  })

  it('takes letters typed one after the other as one step', async () => {
    const store = await opened()
    const { apply, undo } = store.getState()
    for (const text of ['x', 'xy', 'xyz']) apply((document) => setParameter(document, 'a', 'p', text), 'set', { merge: 'a.p' })
    vi.setSystemTime(Date.now() + 5000)
    apply((document) => setParameter(document, 'a', 'p', 'xyz!'), 'set', { merge: 'a.p' })
    undo()
    expect(store.getState().document.nodes.a?.parameters.p).toBe('xyz')
    undo()
    expect(store.getState().document.nodes.a?.parameters).toEqual({})
  })

  it('has no step for an edit that changes nothing', async () => {
    const store = await opened()
    store.getState().apply((document) => setParameter(document, 'none', 'p', 1), 'set')
    expect(store.getState().history.past).toEqual([])
  })

  it('takes up what others have saved, says so, and takes nothing of that back', async () => {
    const store = await opened()
    store.getState().apply(add('b'), 'add b')
    await store.getState().flush()
    server.change('bottega: 1\nnodes: {theirs: {module: m}}\n')
    expect(await store.getState().refresh()).toBe(true)
    expect(store.getState().undo()).toBeNull()
    expect(Object.keys(store.getState().document.nodes)).toEqual(['theirs'])
  })

  it('stays where only the ETag is another one', async () => {
    const store = await opened()
    store.getState().apply(add('b'), 'add b')
    await store.getState().flush()
    server.change(server.document)
    expect(await store.getState().refresh()).toBe(false)
    expect([store.getState().etag, store.getState().undo()]).toEqual(['3', 'add b'])
  })

  it('has nothing before the experiment is there', async () => {
    const store = editor('not-there')
    store.getState().apply(add('b'), 'add b')
    await vi.advanceTimersByTimeAsync(5000)
    expect([server.asked, store.getState().history.past]).toEqual([[], []])
  })
})

describe('what is on the server without an answer', () => {
  it('is no conflict when it is sent again', async () => {
    const store = await opened()
    server.losesAnswers = true
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    server.losesAnswers = false
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.getState()).toMatchObject({ saveState: 'saved', etag: '2', theirs: null })
  })

  const more: [string, (store: ReturnType<typeof editor>) => void, string[]][] = [
    ['more is edited', (store) => store.getState().apply(add('c'), 'add'), ['a', 'b', 'c']],
    ['it is undone', (store) => store.getState().undo(), ['a']],
  ]
  it.each(more)('is none when %s since', async (_, edit, nodes) => {
    const store = await opened()
    server.losesAnswers = true
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    server.losesAnswers = false
    edit(store)
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.getState()).toMatchObject({ saveState: 'saved', etag: '3', theirs: null })
    expect(Object.keys((JSON.parse(server.document) as { nodes: object }).nodes)).toEqual(nodes)
  })

  it('is none after a reload', async () => {
    const sent = (await opened()).getState().document
    server.change(JSON.stringify({ nodes: tree(sent).nodes, title: 'T' }))
    leave('same', 'reloaded', { etag: '1', nodes: { a: { module: 'm' } }, title: 'T' })
    leave('more', 'reloaded', { etag: '1', sent: [fingerprint(sent)], nodes: { a: { module: 'm' }, b: { module: 'm' } }, title: 'T' })
    for (const id of ['same', 'more']) {
      await editor(id).getState().load()
      expect(editor(id).getState().saveState).not.toBe('conflict')
    }
    expect(Object.keys(localStorage).filter((key) => key.startsWith('bottega.draft.same'))).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(server.puts).toHaveLength(1)
    expect(JSON.parse(server.document)).toMatchObject({ nodes: { a: {}, b: {} } })
  })

  it('is known by what it says, not by its order', () => {
    const of = (nodes: Experiment['nodes']) => fingerprint({ ...editor('none').getState().document, nodes })
    const [one, other] = ['x', 'y'].map((comment) => ({ module: 'm', inputs: {}, parameters: {}, comment, pinned: '' }))
    if (!one || !other) throw new Error()
    expect(of({ a: one, b: other })).toBe(of({ b: other, a: one }))
    expect(of({ a: one, b: other })).not.toBe(of({ a: other, b: one }))
  })
})

describe('a server in trouble', () => {
  it.each([408, 429, 500, 503])('is asked again after %i, later each time', async (status) => {
    const store = await opened()
    server.failures.PUT = [status, status]
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.getState()).toMatchObject({ saveState: 'offline', problem: `failed ${status}` })
    await vi.advanceTimersByTimeAsync(4000)
    expect(store.getState().saveState).toBe('offline')
    await vi.advanceTimersByTimeAsync(8000)
    expect([store.getState().saveState, server.puts.length]).toEqual(['saved', 1])
  })

  it('is not asked again for what it refuses', async () => {
    const store = await opened()
    server.failures.PUT = [400]
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(store.getState()).toMatchObject({ saveState: 'refused', problem: 'failed 400' })
    expect(server.puts).toEqual([])
  })
})

describe('an experiment that is deleted elsewhere', () => {
  it('can be kept as a new one', async () => {
    const store = await opened()
    server.isDeleted = true
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.getState()).toMatchObject({ saveState: 'conflict', isGone: true })
    expect(draftOf(store.getState().id)?.document.nodes.b).toBeDefined()
    expect(await store.getState().keepCopy('T')).toBe('copy')
    expect([draftOf(store.getState().id), store.getState().status]).toEqual([null, 'loading'])
  })

  it('is noticed without an edit, too', async () => {
    const store = await opened()
    server.isDeleted = true
    expect(await store.getState().refresh()).toBe(false)
    expect(store.getState().isGone).toBe(true)
  })

  it('leaves what this browser has of it', async () => {
    server.isDeleted = true
    leave('lost', 'closed', { etag: '1', nodes: { z: { module: 'm' } } })
    const store = editor('lost')
    await store.getState().load()
    expect(store.getState().status).toBe('failed')
    expect(Object.keys(store.getState().orphan?.nodes ?? {})).toEqual(['z'])
    await store.getState().keepCopy('T')
    expect(Object.keys(localStorage).filter((key) => key.startsWith('bottega.draft.'))).toEqual([])
  })
})

describe('a draft', () => {
  it('of another tab outlives what this one saves', async () => {
    const store = await opened()
    const { id } = store.getState()
    leave(id, 'other', { etag: '1', nodes: { other: { module: 'm' } } })
    store.getState().apply(add('b'), 'add')
    await vi.advanceTimersByTimeAsync(1000)
    expect(draftOf(id)).toBeNull()
    expect(localStorage.getItem(`bottega.draft.${id}/other`)).not.toBeNull()
  })

  it('is the newest of those left behind, one a page', async () => {
    leave('two', 'older', { etag: '1', at: 1, nodes: { older: { module: 'm' } } })
    leave('two', 'newer', { etag: '1', at: 2, nodes: { newer: { module: 'm' } } })
    await editor('two').getState().load()
    expect(Object.keys(editor('two').getState().document.nodes)).toEqual(['newer'])
    expect(Object.keys(localStorage).filter((key) => key.endsWith('er')).sort()).toEqual(['bottega.draft.two/older'])
  })
})
