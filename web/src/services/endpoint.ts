/** Requests to an endpoint as any program makes them: with its key alone, in the words of the old API. */
import { address, ApiError, type RequestOptions } from '../api/client'

const VERSION = { 'api-version': '2.0' }

export interface ClassicError {
  error?: { code?: string; message?: string; details?: { code?: string; target?: string; message?: string }[] }
}

interface Asked {
  method?: 'GET' | 'POST' | 'DELETE'
  query?: RequestOptions['query']
  body?: unknown
}

/** The JSON of an answer; undefined where it has none. Raises ApiError. */
export async function askEndpoint<T>(path: string, key: string, { method = 'GET', query = {}, body }: Asked = {}): Promise<T> {
  const sent = body === undefined || body instanceof Blob ? (body ?? null) : JSON.stringify(body)
  let response: Response
  try {
    response = await fetch(address(path, { ...VERSION, ...query }), {
      method,
      headers: { authorization: `Bearer ${key}` },
      body: sent,
      credentials: 'omit', // it is the key that counts
      cache: 'no-store',
    })
  } catch {
    throw new ApiError(0, 'offline', 'The server does not answer.')
  }
  const text = await response.text()
  if (!response.ok) throw refusal(response.status, text)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** An error in the words of the old API. */
export function refusal(status: number, text: string): ApiError {
  let told: ClassicError = {}
  try {
    told = JSON.parse(text) as ClassicError
  } catch {
    // A proxy's own words; the status says enough.
  }
  const { code = '', message = `The server answered ${status}.`, details = [] } = told.error ?? {}
  const places = details.map((each) => ({ path: each.target ?? each.code ?? '', message: each.message ?? '' }))
  return new ApiError(status, code, message, places.filter((each) => each.message !== '' && each.message !== message))
}
