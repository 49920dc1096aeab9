import { Trans, useLingui } from '@lingui/react/macro'
import { Ellipsis, Eye, GitCompareArrows, RotateCcw, Square } from 'lucide-react'
import { Link } from 'wouter'

import { type RunSummary, runs } from '../api/runs'
import { links } from '../app/links'
import { Button, classes, formatDuration, formatTime, IconButton, MenuButton, MenuItem, MenuSeparator, Status, statusOf, Time, toast } from '../ui'
import styles from './history.module.css'
import { restore } from './restore'

interface RunCardProps {
  run: RunSummary
  experiment: string
  /** The run before it. */
  previous: string | null
  /** The run that another is being chosen to compare with. */
  base: string | null
  onBase: (run: string) => void
  onCompare: (run: string) => void
}

/** One run in the history. */
export function RunCard({ run, experiment, previous, base, onBase, onCompare }: RunCardProps) {
  const { t } = useLingui()
  const time = formatTime(run.started)
  return (
    <li className={classes(styles.card, base === run.id && styles.base)}>
      <div className={styles.line}>
        <Status status={run.ended === null ? 'running' : statusOf(run.status)} {...(run.interrupted ? { words: t`Cut short` } : {})} />
        <Link className={styles.when} href={links.run(experiment, run.id)} aria-label={t`Snapshot of the run of ${time}`}>
          <Time at={run.started} />
        </Link>
        {run.ended !== null && <span className={styles.facts}>{formatDuration(run.ended - run.started)}</span>}
        <span className={styles.end}>
          {base !== null && base !== run.id ? (
            <Button size="small" icon={<GitCompareArrows />} onPress={() => onCompare(run.id)}><Trans>Compare</Trans></Button>
          ) : (
            <CardMenu run={run} experiment={experiment} previous={previous} onBase={onBase} />
          )}
        </span>
      </div>
      {run.targets.length + run.settings.length > 0 && (
        <div className={styles.facts}>
          {run.targets.length > 0 && <span><Trans>to {run.targets.join(', ')}</Trans></span>}
          {run.settings.map((each) => <code key={each}>{each}</code>)}
        </div>
      )}
      {run.reason && <div className={styles.reason}>{run.reason}</div>}
    </li>
  )
}

function CardMenu({ run, experiment, previous, onBase }: Pick<RunCardProps, 'run' | 'experiment' | 'previous' | 'onBase'>) {
  const { t } = useLingui()
  const again = () => {
    runs.get(run.id)
      .then(({ document }) => restore(experiment, document))
      .then(() => toast.ok(t`The experiment is as it was in that run; undo takes it back.`))
      .catch((error: unknown) => toast.error(error))
  }
  const cancel = () => void runs.cancel(run.id).catch((error: unknown) => toast.error(error))
  const time = formatTime(run.started)
  return (
    <MenuButton label={t`Run of ${time}`} trigger={<IconButton size="small" label={t`More about the run of ${time}`} icon={<Ellipsis />} />}>
      <MenuItem label={t`Look at it as it was`} icon={<Eye />} href={links.run(experiment, run.id)} />
      <MenuSeparator />
      {previous !== null && (
        <MenuItem label={t`Compare with the run before`} icon={<GitCompareArrows />} href={links.compare(experiment, previous, run.id)} />
      )}
      <MenuItem label={t`Compare with another run…`} icon={<GitCompareArrows />} onAction={() => onBase(run.id)} />
      <MenuSeparator />
      <MenuItem label={t`Restore this experiment`} description={t`Can be undone`} icon={<RotateCcw />} onAction={again} />
      {run.ended === null && <MenuItem label={t`Cancel the run`} icon={<Square />} isDanger onAction={cancel} />}
    </MenuButton>
  )
}
