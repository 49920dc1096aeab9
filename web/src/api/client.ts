/** Requests to `/v1`: the session's cookie, the header against forged requests, ETags, and errors with the server's own words. */
import { errorWords } from '../words/words'


export interface Place {
  path: string
  message: string
}

/** What a request failed with. `status` is 0 where no server answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly Place[] = [],
    readonly etag: string | null = null,
  ) {
    super(message)
  }

  /** No server answered, or only what stands before it. */
  get isOffline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504
  }
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON; a string, Blob or FormData goes as it is. */
  body?: unknown
  query?: Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>
  headers?: Readonly<Record<string, string>>
  /** Sent as `If-Match`; the answer is 412 where the thing has changed meanwhile. */
  etag?: string | null
  signal?: AbortSignal | undefined
}

export interface Answer<T> {
  data: T
  etag: string | null
  response: Response
}

type Listener = (error: ApiError | null) => void
const listeners = new Set<Listener>()

/** Hear of every answer (null) and every failure: the session and the offline banner live on this. */
export function watchRequests(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The data of a JSON answer; undefined where it has none. Raises ApiError. */
export async function api<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await send<T>(path, options)).data
}

/** The same with the answer's ETag. Raises ApiError. */
export async function send<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const response = await request(path, options)
  const data = response.status === 204 ? undefined : await parsed(response)
  return { data: data as T, etag: etagOf(response), response }
}

/** An answer as it comes, for files and streams. Raises ApiError for one that is none. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const method = options.method ?? 'GET'
  let response: Response
  try {
    response = await fetch(address(path, options.query), init(method, options))
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    const error = new ApiError(0, 'offline', 'The server does not answer.')
    tell(error)
    throw error
  }
  if (!response.ok) {
    const error = await errorOf(response)
    tell(error)
    throw error
  }
  tell(null)
  return response
}

/** An address below this server, with its query; empty values are left out. */
export function address(path: string, query: RequestOptions['query'] = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue
    for (const each of Array.isArray(value) ? (value as readonly string[]) : [value]) parameters.append(name, String(each))
  }
  const text = parameters.toString()
  return text ? `${path}?${text}` : path
}

/** A path from parts, each of them escaped: `pathOf('v1', 'datasets', name)`. */
export function pathOf(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`
}

function init(method: string, options: RequestOptions): RequestInit {
  const headers = new Headers({ accept: 'application/json, application/problem+json, */*', ...options.headers })
  if (method !== 'GET') headers.set('x-bottega-request', '1')
  if (options.etag) headers.set('if-match', `"${options.etag}"`)
  const body = encoded(options.body, headers)
  return { method, headers, body, signal: options.signal ?? null, credentials: 'same-origin' }
}

function encoded(body: unknown, headers: Headers): BodyInit | null {
  if (body === undefined || body === null) return null
  if (typeof body === 'string' || body instanceof Blob || body instanceof FormData || body instanceof ArrayBuffer) return body
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return JSON.stringify(body)
}

async function parsed(response: Response): Promise<unknown> {
  const kind = response.headers.get('content-type') ?? ''
  if (kind.includes('json')) return response.json()
  return response.text()
}

export function etagOf(response: Response): string | null {
  return response.headers.get('etag')?.replace(/^W\//, '').replaceAll('"', '') ?? null
}

interface ProblemDetails {
  detail?: string
  title?: string
  code?: string
  errors?: Place[]
}

async function errorOf(response: Response): Promise<ApiError> {
  let told: ProblemDetails = {}
  try {
    told = (await response.json()) as ProblemDetails
  } catch {
    // A proxy between us has words of its own; the status says enough.
  }
  const message = told.detail ?? told.title ?? `The server answered ${response.status} ${response.statusText}.`
  return new ApiError(response.status, told.code ?? '', errorWords(told.code ?? '', message), told.errors ?? [], etagOf(response))
}

function tell(error: ApiError | null): void {
  for (const each of listeners) each(error)
}
