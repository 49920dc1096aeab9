import { Trans, useLingui } from '@lingui/react/macro'
import { ScrollText } from 'lucide-react'
import { useState } from 'react'

import { useRun } from '../runs/state'
import { EmptyState, Switch } from '../ui'
import styles from './log.module.css'
import { NodeLog } from './NodeLog'
import { RunLog } from './RunLog'

/** What happened: of the selected node all, else of every node in a line. */
export default function LogPane({ experiment, node }: { experiment: string; node: string | null }) {
  const { t } = useLingui()
  const [errorsOnly, setErrorsOnly] = useState(false)
  const hasRun = useRun(experiment, (state) => state.run !== null || Object.values(state.nodes).some((each) => each.run))
  if (!hasRun) {
    return (
      <EmptyState icon={<ScrollText />} title={t`Nothing has run yet`}>
        <Trans>Run the experiment: what its scripts print, their errors and how long each node took are told here.</Trans>
      </EmptyState>
    )
  }
  return (
    <div className={styles.pane}>
      {node === null ? (
        <>
          <div className={styles.tools}>
            <span className={styles.hint}><Trans>Select a node for all that it printed</Trans></span>
            <Switch isSelected={errorsOnly} onChange={setErrorsOnly}><Trans>Errors only</Trans></Switch>
          </div>
          <RunLog experiment={experiment} errorsOnly={errorsOnly} />
        </>
      ) : (
        <NodeLog key={node} experiment={experiment} node={node} />
      )}
    </div>
  )
}
