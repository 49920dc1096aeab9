import { Trans, useLingui } from '@lingui/react/macro'
import { ArrowLeft, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'

import type { Run } from '../api/runs'
import { links } from '../app/links'
import { restore } from '../runs/restore'
import { Button, classes, Confirm, formatTime, LinkButton, Status, statusOf, toast } from '../ui'
import styles from './RunBar.module.css'

/** Over the locked snapshot of a run: what it is, how to get back, how to have it again. */
export function SnapshotBar({ experiment, run }: { experiment: string; run: Run }) {
  const { t } = useLingui()
  const [, navigate] = useLocation()
  const [isAsking, setAsking] = useState(false)
  const back = links.experiment(experiment)
  const again = () => {
    setAsking(false)
    restore(experiment, run.document)
      .then(() => navigate(back))
      .catch((error: unknown) => toast.error(error))
  }
  return (
    <div className={styles.bar} role="group" aria-label={t`Snapshot`}>
      <span className={styles.told}>
        <Status status={statusOf(run.status)} />
        <span className={classes(styles.when, styles.ago)}>
          <Trans>Locked: the run of {formatTime(run.started)}</Trans>
        </span>
      </span>
      <Button icon={<RotateCcw />} onPress={() => setAsking(true)}>
        <Trans>Restore…</Trans>
      </Button>
      <LinkButton variant="primary" icon={<ArrowLeft />} href={back}>
        <Trans>Back to editing</Trans>
      </LinkButton>
      <Confirm
        title={t`Restore this run's experiment?`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        action={t`Restore`}
        onConfirm={again}
      >
        <Trans>The experiment becomes what it was in this run. You can undo that in the editor.</Trans>
      </Confirm>
    </div>
  )
}
