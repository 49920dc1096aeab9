import { Trans } from '@lingui/react/macro'

import { Badge } from '../ui'

/** Whether calls share processes. */
export function Mode({ mode }: { mode: string }) {
  if (mode === 'service') {
    return (
      <Badge tone="accent">
        <Trans>kept warm</Trans>
      </Badge>
    )
  }
  return (
    <Badge>
      <Trans>one process a call</Trans>
    </Badge>
  )
}
