/** What has become of a run or a node: an icon and a word, never a colour alone. */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Ban, Circle, CircleAlert, CircleCheck, CircleDashed, CirclePause, Hourglass, LoaderCircle, type LucideIcon, Recycle } from 'lucide-react'

import styles from './Badge.module.css'
import { classes } from './classes'
import type { Tone } from './Badge'

export type StatusName = 'idle' | 'queued' | 'running' | 'finished' | 'failed' | 'cached' | 'canceled' | 'stale' | 'skipped'

export const statuses: Readonly<Record<StatusName, { icon: LucideIcon; tone: Tone; words: MessageDescriptor }>> = {
  idle: { icon: CircleDashed, tone: 'neutral', words: msg`Not run` },
  queued: { icon: Hourglass, tone: 'neutral', words: msg`Waiting` },
  running: { icon: LoaderCircle, tone: 'running', words: msg`Running` },
  finished: { icon: CircleCheck, tone: 'ok', words: msg`Finished` },
  failed: { icon: CircleAlert, tone: 'danger', words: msg`Failed` },
  cached: { icon: Recycle, tone: 'cached', words: msg`Reused` },
  canceled: { icon: Ban, tone: 'warn', words: msg`Canceled` },
  stale: { icon: CirclePause, tone: 'warn', words: msg`Changed since` },
  skipped: { icon: Circle, tone: 'neutral', words: msg`Skipped` },
}

const OF_SERVER: Readonly<Record<string, StatusName>> = {
  InDraft: 'idle',
  NotStarted: 'queued',
  Queued: 'queued',
  Running: 'running',
  Finished: 'finished',
  Failed: 'failed',
  Canceled: 'canceled',
  Cancelled: 'canceled',
  Skipped: 'skipped',
}

/** The server's word for a status as ours. */
export const statusOf = (word: string): StatusName => OF_SERVER[word] ?? 'idle'

export function Status({ status, words }: { status: StatusName; words?: string }) {
  const { t } = useLingui()
  const { icon: Icon, tone, words: usual } = statuses[status]
  return (
    <span className={classes(styles.badge, styles[tone], status === 'running' && styles.turning)}>
      <Icon aria-hidden />
      {words ?? t(usual)}
    </span>
  )
}
