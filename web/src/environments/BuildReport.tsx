import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'

import { type EnvironmentBuild, isBuilding } from '../api/environments'
import { useElapsed } from '../runs/useElapsed'
import { Button, classes, formatDuration, Note, Progress } from '../ui'
import look from './environments.module.css'

interface Props {
  build: EnvironmentBuild
  onEnd: () => void
  isPending: boolean
  /** Lets what failed be changed and tried once more. */
  onRetry?: () => void
}

/** A build that goes on, with all that it tells; or how it ended, where that was not well. */
export function BuildReport({ build, onEnd, isPending, onRetry }: Props) {
  if (isBuilding(build)) return <Going build={build} onEnd={onEnd} isPending={isPending} />
  if (build.state === 'ready') return null
  const forget = (
    <Button size="small" onPress={onEnd} isPending={isPending}>
      <Trans>Dismiss</Trans>
    </Button>
  )
  if (build.state === 'cancelled') {
    return (
      <Note actions={forget}>
        <Trans>The build was cancelled; nothing of it is left.</Trans>
      </Note>
    )
  }
  const retry = onRetry && (
    <Button size="small" onPress={onRetry}>
      <Trans>Build again…</Trans>
    </Button>
  )
  const { reason, advice } = parts(build.error ?? '')
  return (
    <Note tone="danger" actions={<span className={look.noteActions}>{retry}{forget}</span>}>
      <strong>{build.kind === 'update' ? <Trans>The update failed; the environment is as it was.</Trans> : <Trans>The environment could not be built.</Trans>}</strong>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={look.reason} tabIndex={0}>{reason}</pre>
      {advice}
    </Note>
  )
}

function Going({ build, onEnd, isPending }: Props) {
  const { t } = useLingui()
  const elapsed = useElapsed(build.started === null ? null : build.started * 1000)
  return (
    <section className={look.going} aria-label={t`The build of ${build.environment}`}>
      <div className={look.goingHead}>
        <span role="status" className={look.grow}>
          {build.state === 'waiting' ? <Trans>Waits for the builds before it</Trans> : (build.lines.at(-1) ?? <Trans>Begins</Trans>)}
        </span>
        {build.started !== null && <span className={look.elapsed}>{formatDuration(Math.floor(elapsed))}</span>}
        <Button size="small" onPress={onEnd} isPending={isPending}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
      <Progress value={null} label={t`The build goes on`} />
      {build.lines.length > 1 && <Lines lines={build.lines} />}
    </section>
  )
}

/** What a build told, the newest in sight. */
export function Lines({ lines, className }: { lines: readonly string[]; className?: string }) {
  const { t } = useLingui()
  const end = useRef<HTMLOListElement>(null)
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight })
  }, [lines.length])
  return (
    // What scrolls has to be reached by the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ol className={classes(look.lines, className)} ref={end} tabIndex={0} aria-label={t`What the build told`}>
      {lines.map((line, at) => (
        // They never move: the list only grows at its end.
        <li key={at}>{line}</li>
      ))}
    </ol>
  )
}

/** The resolver's words, and the sentence that says what to do, which comes last; without what is said above them. */
function parts(error: string): { reason: string; advice: string } {
  const plain = error.trim().replace(/^Environment \S+ could not be built: (error: )?/, '')
  const found = /^([\s\S]*[.\n])\s*(Check its requirements[^\n]*)$/.exec(plain)
  return found ? { reason: (found[1] ?? '').trim(), advice: found[2] ?? '' } : { reason: plain, advice: '' }
}
