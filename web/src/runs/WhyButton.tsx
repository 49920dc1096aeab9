import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'

import { useWhyNow, useWhyThen } from '../api/runs'
import { useEditor } from '../document/store'
import { Button, Popover, PopoverTrigger } from '../ui'
import type { NodeState } from './state'
import { WhyLines } from './WhyLines'
import styles from './runs.module.css'

/** "Why did this run?": one press compares what the result depends on with the one before. */
export function WhyButton({ experiment, node, state, icon }: { experiment: string; node: string; state: NodeState; icon?: ReactNode }) {
  const { t } = useLingui()
  const words = { cached: t`Why was this reused?`, stale: t`Why would this run?`, idle: t`Why would this run?` }[state.status as string] ?? t`Why did this run?`
  return (
    <PopoverTrigger>
      <Button size="small" variant="quiet" icon={icon}>{words}</Button>
      <Popover label={words}>
        <div className={styles.popover}>
          {state.status === 'stale' || !state.run ? <Now experiment={experiment} node={node} /> : <Then run={state.run} node={node} />}
        </div>
      </Popover>
    </PopoverTrigger>
  )
}

function Now({ experiment, node }: { experiment: string; node: string }) {
  const etag = useEditor(experiment, (editor) => editor.etag)
  return (
    <>
      <h3 className={styles.title}><Trans>If it ran now</Trans></h3>
      <WhyLines asked={useWhyNow(experiment, node, etag)} />
    </>
  )
}

function Then({ run, node }: { run: string; node: string }) {
  return (
    <>
      <h3 className={styles.title}><Trans>In its last run</Trans></h3>
      <WhyLines asked={useWhyThen(run, node)} />
    </>
  )
}
