import { useLingui } from '@lingui/react'
import { useEffect, useState } from 'react'

import { formatAgo, formatTime } from './format'

const REFRESH = 30_000

/** How long ago something was, kept right while it is looked at; the exact time on hover. */
export function Time({ at }: { at: number }) {
  useLingui() // drawn anew in another language
  const [now, setNow] = useState(() => Date.now() / 1000)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), REFRESH)
    return () => clearInterval(timer)
  }, [])
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)}>
      {formatAgo(at, now)}
    </time>
  )
}
