import { useLingui } from '@lingui/react/macro'

import type { EnvironmentSummary } from '../api/environments'
import { Status } from '../ui'

/** Whether scripts can run in it, and what is on its way. */
export function EnvironmentState({ environment: { state, build } }: { environment: Pick<EnvironmentSummary, 'state' | 'build'> }) {
  const { t } = useLingui()
  if (build?.state === 'waiting') return <Status status="queued" words={t`Waits for its turn`} />
  switch (state) {
    case 'building':
      return <Status status="running" words={t`Building`} />
    case 'ready':
      return <Status status="finished" words={t`Ready`} />
    case 'failed':
      return <Status status="failed" words={t`Could not be built`} />
    case 'absent':
      return <Status status="idle" words={t`Not built`} />
  }
}
