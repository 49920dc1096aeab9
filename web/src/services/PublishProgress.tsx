import { Trans, useLingui } from '@lingui/react/macro'

import { Progress } from '../ui'
import styles from './Publish.module.css'
import type { Stage } from './publishing'

/** What is being done of a publication. */
export function PublishProgress({ stage }: { stage: Stage }) {
  const { t } = useLingui()
  return (
    <div className={styles.progress} role="status">
      <Progress label={t`Progress`} value={stage.what === 'running' && stage.total > 0 ? Math.min(1, stage.done / stage.total) : null} />
      <span>
        <Words stage={stage} />
      </span>
    </div>
  )
}

function Words({ stage }: { stage: Stage }) {
  switch (stage.what) {
    case 'saving':
      return <Trans>Setting it up…</Trans>
    case 'running':
      return <Trans>Running what was set up: {stage.done} of {stage.total} nodes are done.</Trans>
    case 'publishing':
      return <Trans>Publishing…</Trans>
  }
}
