/** The one cache of what the server told. */
import { QueryClient } from '@tanstack/react-query'

import { ApiError } from '../api/client'

const RETRIES = 2

/** Worth another try only where the next answer may differ. */
export function retries(failures: number, error: Error): boolean {
  return error instanceof ApiError && error.isOffline && failures < RETRIES
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: retries, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
})
