import type { MessageDescriptor } from '@lingui/core'
import { msg, plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'

import { hasEnded, type Job } from '../api/jobs'
import { Disclosure, formatBytes, Progress } from '../ui'
import styles from './JobProgress.module.css'
import { printedOf, reasonOf } from './jobs'

const PHASES: Readonly<Record<string, MessageDescriptor>> = {
  Waiting: msg`Waits for its turn`,
  Downloading: msg`Fetches its files`,
  Reading: msg`Reads its files`,
  Running: msg`Runs`,
  Writing: msg`Writes what came of it`,
}

/** How far a job is; of one that failed, why. */
export function JobProgress({ job }: { job: Job }) {
  const { t } = useLingui()
  const { progress } = job
  if (job.status === 'Failed') return <Failed details={job.details ?? ''} />
  const told = amounts(job)
  if (hasEnded(job)) return <span className={styles.told}>{told}</span>
  if (job.status === 'NotStarted') {
    return <span className={styles.told}>{job.queued ? t`Waits for its turn` : t`Its maker has not started it yet`}</span>
  }
  const phase = PHASES[progress.Phase ?? '']
  const doing = phase ? t(phase) : (progress.Phase ?? '')
  return (
    <div className={styles.progress}>
      <Progress label={t`Progress of the job`} value={progress.Fraction ?? null} />
      <span className={styles.told}>{[doing, progress.Node, told].filter(Boolean).join(' · ')}</span>
    </div>
  )
}

/** What was read and written so far. */
function amounts({ progress }: Job): string {
  const { RowsRead = 0, RowsWritten = 0, BytesRead = 0 } = progress
  const read = plural(RowsRead, { one: '# row read', other: '# rows read' })
  const written = plural(RowsWritten, { one: '# row written', other: '# rows written' })
  const parts = [BytesRead > 0 && formatBytes(BytesRead), RowsRead > 0 && read, RowsWritten > 0 && written]
  return parts.filter(Boolean).join(', ')
}

function Failed({ details }: { details: string }) {
  const printed = printedOf(details)
  return (
    <div className={styles.failed}>
      <span>{reasonOf(details)}</span>
      {printed && (
        <Disclosure title={<Trans>What it printed</Trans>}>
          <pre>{printed}</pre>
        </Disclosure>
      )}
    </div>
  )
}
