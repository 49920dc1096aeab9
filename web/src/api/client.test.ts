import { afterEach, describe, expect, it, vi } from 'vitest'

import { address, api, ApiError, pathOf, request, send, watchRequests } from './client'

const problem = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', ...headers } })

const answers = (response: Response) => {
  const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(response))
  vi.stubGlobal('fetch', fetch)
  return () => fetch.mock.calls[0]?.[1] ?? {}
}
const headersOf = (init: RequestInit) => new Headers(init.headers)

afterEach(() => vi.unstubAllGlobals())

describe('what is sent', () => {
  it('marks what changes something as coming from this page, and nothing else', async () => {
    const read = answers(new Response('[]', { headers: { 'content-type': 'application/json' } }))
    await api('/v1/experiments')
    expect(headersOf(read()).has('x-bottega-request')).toBe(false)
    const written = answers(new Response(null, { status: 204 }))
    expect(await api('/v1/session', { method: 'DELETE' })).toBeUndefined()
    expect(headersOf(written()).get('x-bottega-request')).toBe('1')
  })

  it('sends values as JSON, and texts as they are', async () => {
    const value = answers(new Response(null, { status: 204 }))
    await api('/x', { method: 'POST', body: { a: 1 } })
    expect(value().body).toBe('{"a":1}')
    expect(headersOf(value()).get('content-type')).toBe('application/json')
    const text = answers(new Response(null, { status: 204 }))
    await api('/x', { method: 'PUT', body: 'bottega: 1', etag: 'e1' })
    expect(text().body).toBe('bottega: 1')
    expect(headersOf(text()).get('if-match')).toBe('"e1"')
  })

  it('escapes the parts of a path and leaves out what is empty of a query', () => {
    expect(pathOf('v1', 'datasets', 'a/b c')).toBe('/v1/datasets/a%2Fb%20c')
    expect(address('/x', { a: 0, b: null, c: undefined, d: ['1', '2'], e: 'ä&' })).toBe('/x?a=0&d=1&d=2&e=%C3%A4%26')
    expect(address('/x')).toBe('/x')
  })
})

describe('what is answered', () => {
  it('has the ETag without its quotes', async () => {
    answers(new Response('{}', { headers: { 'content-type': 'application/json', etag: 'W/"e7"' } }))
    expect((await send('/x')).etag).toBe('e7')
  })

  it('tells an error in the words of the server, with its places', async () => {
    const errors = [{ path: 'query.limit', message: 'Expected int' }]
    answers(problem(412, { detail: 'It was changed.', code: 'PreconditionFailed', errors }, { etag: '"theirs"' }))
    const error: unknown = await api('/x').catch((each: unknown) => each)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 412, code: 'PreconditionFailed', message: 'It was changed.', details: errors, etag: 'theirs', isOffline: false })
  })

  it('makes do with the status where something else answers', async () => {
    answers(new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' }))
    await expect(api('/x')).rejects.toMatchObject({ status: 502, isOffline: true, message: 'The server answered 502 Bad Gateway.' })
  })

  it('knows a server that is gone from a request that was called off', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(request('/x')).rejects.toMatchObject({ status: 0, isOffline: true })
    const called = new AbortController()
    called.abort()
    await expect(request('/x', { signal: called.signal })).rejects.not.toBeInstanceOf(ApiError)
  })

  it('is heard by who watches', async () => {
    const heard: (number | null)[] = []
    const stop = watchRequests((error) => heard.push(error?.status ?? null))
    answers(new Response(null, { status: 204 }))
    await api('/x')
    answers(problem(401, {}))
    await api('/x').catch(() => undefined)
    stop()
    await api('/x').catch(() => undefined)
    expect(heard).toEqual([null, 401])
  })
})
