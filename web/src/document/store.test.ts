// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { addNode, setParameter } from './edits'
import { editor } from './store'
import { draftOf } from './drafts'

/** A server that keeps one document, and can be away. */
class Server {
  etag = 1
  document = 'bottega: 1\ntitle: T\nnodes: {a: {module: m}}\n'
  isAway = false
  puts: string[] = []

  readonly fetch = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    if (this.isAway) return Promise.reject(new TypeError('gone'))
    const path = input instanceof Request ? input.url : input.toString()
    if (init.method === 'POST' && path === '/v1/experiments') return this.told(201, { id: 'copy' })
    if (init.method !== 'PUT') return this.told(200)
    const wanted = new Headers(init.headers).get('if-match')
    if (wanted !== `"${this.etag}"`) return this.told(412)
    this.puts.push(init.body as string)
    this.change(init.body as string)
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
    localStorage.setItem('bottega.draft.early', JSON.stringify({ etag: '1', document: { nodes: { z: { module: 'm' } } } }))
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

  it('ends with theirs, and mine can be had again by undo', async () => {
    const store = await conflict()
    store.getState().takeTheirs()
    expect(Object.keys(store.getState().document.nodes)).toEqual(['theirs'])
    store.getState().undo()
    expect(Object.keys(store.getState().document.nodes)).toEqual(['a', 'mine'])
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
    localStorage.setItem('bottega.draft.late', JSON.stringify({ etag: '0', document: { nodes: { z: { module: 'm' } } } }))
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

  it('takes up what others have saved, and can take that back', async () => {
    const store = await opened()
    server.change('bottega: 1\nnodes: {theirs: {module: m}}\n')
    await store.getState().refresh()
    expect(Object.keys(store.getState().document.nodes)).toEqual(['theirs'])
    store.getState().undo()
    expect(Object.keys(store.getState().document.nodes)).toEqual(['a'])
  })
})
