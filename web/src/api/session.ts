/** Who is signed in: the session's cookie is the browser's own, what it opens is told here. */
import { useQuery } from '@tanstack/react-query'

import { queries } from '../app/queries'
import { api, ApiError } from './client'
import type { components } from './schema'

export type Session = components['schemas']['Session']

const KEY = ['session'] as const
const PATH = '/v1/session'

/** The session; null for who is not signed in. */
export function useSession() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => current(signal), staleTime: Infinity })
}

async function current(signal?: AbortSignal): Promise<Session | null> {
  try {
    return await api<Session>(PATH, { signal })
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

/** Open a session with a token of the workspace, or with a code that the server printed. Raises ApiError. */
export async function signIn(by: { token: string } | { code: string }): Promise<void> {
  await api(PATH, { method: 'POST', body: by })
  queries.setQueryData(KEY, await current())
}

/** End the session, and forget what it showed. */
export async function signOut(): Promise<void> {
  await api(PATH, { method: 'DELETE' })
  queries.setQueryData(KEY, null)
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] })
}
