/** Content that is asked for: what waits, what failed and why, then the content. */
import type { ReactNode } from 'react'

import { ErrorState, Loading } from '../ui'

interface Asked<Data> {
  data: Data | undefined
  error: Error | null
  refetch: () => unknown
}

export function Awaited<Data>({ asked, children }: { asked: Asked<Data>; children: (data: Data) => ReactNode }) {
  if (asked.data !== undefined) return children(asked.data)
  return asked.error ? <ErrorState error={asked.error} onRetry={() => void asked.refetch()} /> : <Loading />
}
