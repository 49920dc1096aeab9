import { Trans, useLingui } from '@lingui/react/macro'
import { History } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'

import { useRuns } from '../api/runs'
import { links } from '../app/links'
import { Button, EmptyState, ErrorState, Loading, Note } from '../ui'
import styles from './history.module.css'
import { RunCard } from './RunCard'
import { useRun } from './state'

const PAGE = 30

/** The runs of an experiment, newest first: looked at as they were, compared, restored. */
export default function HistoryPane({ experiment }: { experiment: string }) {
  const { t } = useLingui()
  const [, navigate] = useLocation()
  const [limit, setLimit] = useState(PAGE)
  const [base, setBase] = useState<string | null>(null)
  const newest = useRun(experiment, ({ run }) => run && `${run.id} ${run.ended ?? ''}`)
  const { data, error, isPending, refetch } = useRuns(experiment, limit, newest)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <Loading />
  if (data.length === 0) {
    return (
      <EmptyState icon={<History />} title={t`No runs yet`}>
        <Trans>Each run is kept here with the experiment as it was, so that you can look back, compare two of them, or return to one.</Trans>
      </EmptyState>
    )
  }
  const compare = (other: string) => {
    const [older, newer] = [base ?? other, other].sort()
    navigate(links.compare(experiment, older ?? '', newer ?? ''))
  }
  return (
    <div className={styles.pane}>
      {base !== null && (
        <Note actions={<Button size="small" onPress={() => setBase(null)}><Trans>Cancel</Trans></Button>}>
          <Trans>Choose the run to compare with.</Trans>
        </Note>
      )}
      <ol className={styles.runs} aria-label={t`Runs, newest first`}>
        {data.map((run, place) => (
          <RunCard
            key={run.id}
            run={run}
            experiment={experiment}
            previous={data[place + 1]?.id ?? null}
            base={base}
            onBase={setBase}
            onCompare={compare}
          />
        ))}
      </ol>
      {data.length >= limit && (
        <Button onPress={() => setLimit(limit + PAGE)}><Trans>Show older runs</Trans></Button>
      )}
    </div>
  )
}
