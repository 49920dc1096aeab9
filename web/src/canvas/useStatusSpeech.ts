/** Tells screen readers what becomes of nodes: "Split Data finished in 0.4 s". */
import { useLingui } from '@lingui/react/macro'
import { useContext, useEffect } from 'react'

import { ended } from '../runs/nodes'
import { PastRun, runStore } from '../runs/state'
import { statuses } from '../ui/Status'
import { announce } from './actions'
import { useHandle } from './context'

export function useStatusSpeech(): void {
  const { t } = useLingui()
  const { experiment } = useHandle()
  const past = useContext(PastRun)
  useEffect(() => {
    if (past) return
    return runStore(experiment).subscribe((now, before) => {
      if (now.nodes === before.nodes || now.run?.id !== before.run?.id) return
      for (const [id, { status, seconds }] of ended(before.nodes, now.nodes)) {
        const words = t(statuses[status].words)
        announce(seconds === undefined ? `${id}: ${words}` : t`${id}: ${words}, ${Math.round(seconds * 10) / 10} s`)
      }
    })
  }, [experiment, past, t])
}
