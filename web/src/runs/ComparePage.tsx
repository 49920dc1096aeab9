import { Trans, useLingui } from '@lingui/react/macro'
import { ArrowLeft, ArrowLeftRight, GitCompareArrows } from 'lucide-react'
import { Link, useSearchParams } from 'wouter'

import { useComparison, usePastRun, useRuns } from '../api/runs'
import { links } from '../app/links'
import type { PageProps } from '../app/pages'
import { EmptyState, ErrorState, LinkButton, Loading, Page, Panel } from '../ui'
import { Changes } from './Changes'
import styles from './compare.module.css'
import { Metrics } from './Metrics'
import { NodePairs } from './NodePairs'
import { RunChoice } from './RunChoice'

const CHOICES = 100

/** Two runs side by side: what was changed, what was measured, what became of each node. */
export default function ComparePage({ params: { id } }: PageProps<'id'>) {
  const { t } = useLingui()
  const [search, setSearch] = useSearchParams()
  const [a, b] = [search.get('a'), search.get('b')]
  const choices = useRuns(id, CHOICES, null)
  const first = usePastRun(a)
  const compared = useComparison(a, b)
  const choose = (side: 'a' | 'b') => (run: string) => {
    setSearch((before) => {
      before.set(side, run)
      return before
    })
  }
  const actions = (
    <LinkButton icon={<ArrowLeftRight />} href={links.compare(id, b ?? '', a ?? '')}>
      <Trans>Swap</Trans>
    </LinkButton>
  )
  return (
    <Page
      title={t`Compare two runs`}
      description={
        <Link className={styles.back} href={links.experiment(id)}>
          <ArrowLeft aria-hidden /> {first.data?.title ?? <Trans>Back to the experiment</Trans>}
        </Link>
      }
      actions={a && b ? actions : undefined}
    >
      <div className={styles.choice}>
        <RunChoice label={t`From`} runs={choices.data ?? []} value={a} onChange={choose('a')} />
        <RunChoice label={t`To`} runs={choices.data ?? []} value={b} onChange={choose('b')} />
      </div>
      {a === null || b === null ? (
        <EmptyState icon={<GitCompareArrows />} title={t`Choose two runs`} />
      ) : compared.isLoadingError ? (
        <ErrorState error={compared.error} onRetry={() => void compared.refetch()} />
      ) : compared.isPending ? (
        <Loading label={t`Comparing…`} />
      ) : (
        <div className={styles.sections}>
          {compared.data.metrics.length > 0 && (
            <Panel title={t`What was measured`} isFramed><Metrics metrics={compared.data.metrics} /></Panel>
          )}
          <Panel title={t`What was changed`} isFramed><Changes changes={compared.data.changes} /></Panel>
          <Panel title={t`What became of the nodes`} isFramed><NodePairs nodes={compared.data.nodes} /></Panel>
        </div>
      )}
    </Page>
  )
}
