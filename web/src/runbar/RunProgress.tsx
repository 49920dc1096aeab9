import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'

import { isActive, runStore, useRunParts } from '../runs/state'
import { useElapsed } from '../runs/useElapsed'
import { classes, formatDuration, Progress, Status, statusOf, Time } from '../ui'
import styles from './RunBar.module.css'

/** How the run goes, or how the newest one ended. */
export function RunProgress({ experiment }: { experiment: string }) {
  const { t } = useLingui()
  const { run, total, done, phase } = useRunParts(experiment, ({ run, total, done, phase }) => ({ run, total, done, phase }))
  const active = isActive(run)
  const elapsed = useElapsed(active && run ? run.started * 1000 : null)
  const words = useAnnouncement(experiment)
  const announcer = <span className="hidden-visually" role="status">{words}</span>
  if (!run) return announcer
  if (!active) {
    return (
      <span className={styles.told}>
        <Status status={statusOf(run.status)} {...(run.interrupted ? { words: t`Cut short` } : {})} />
        <span className={classes(styles.when, styles.ago)} title={run.reason ?? undefined}>
          <Time at={run.ended ?? run.started} />
        </span>
        {announcer}
      </span>
    )
  }
  return (
    <span className={styles.told}>
      <Status status={total ? 'running' : 'queued'} />
      <span className={styles.progress}>
        <Progress value={total ? done / total : null} label={t`Progress of the run`} />
      </span>
      <span className={classes(styles.when, phase !== null && styles.phase)} title={phase ?? undefined}>
        {phase ?? (total ? t`${done} of ${total}` : <Trans>Waits for its turn</Trans>)} · {formatDuration(Math.floor(elapsed))}
      </span>
      {announcer}
    </span>
  )
}

/** For screen readers: that a run began, and how it ended, no more often. */
function useAnnouncement(experiment: string): string {
  const { t } = useLingui()
  const [words, setWords] = useState('')
  useEffect(
    () =>
      runStore(experiment).subscribe(({ run, failed }, { run: was }) => {
        if (!run || run === was) return
        if (isActive(run) && was?.id !== run.id) setWords(t`The run has begun.`)
        if (!isActive(was) || isActive(run)) return
        const seconds = formatDuration((run.ended ?? run.started) - run.started)
        if (run.status === 'Failed') setWords(failed ? t`The run failed at ${failed}.` : t`The run failed.`)
        else setWords(run.status === 'Canceled' ? t`The run was canceled.` : t`The run finished in ${seconds}.`)
      }),
    [experiment, t],
  )
  return words
}
