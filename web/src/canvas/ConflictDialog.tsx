import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'

import { links } from '../app/links'
import { type Difference, differences } from '../document/differences'
import type { Experiment } from '../document/types'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { toast } from '../ui/toasts'
import { useDoc, useHandle } from './context'
import styles from './EditorPage.module.css'

/** Somebody else saved or deleted it while this page had changes of its own: nothing is overwritten unless one says so. */
export function ConflictDialog() {
  const { t } = useLingui()
  const isConflict = useDoc((state) => state.saveState === 'conflict')
  const isGone = useDoc((state) => state.isGone)
  const theirs = useDoc((state) => state.theirs)
  const problem = useDoc((state) => state.problem)
  if (!isConflict || !(isGone || theirs || problem)) return null
  return (
    <Dialog
      title={isGone ? t`Deleted elsewhere` : t`Changed elsewhere, too`}
      isOpen
      isFirm
      onClose={() => undefined}
      size="medium"
      actions={<Choices isGone={isGone} hasTheirs={theirs !== null} />}
    >
      {isGone ? <Gone /> : theirs ? <Differing theirs={theirs.document} /> : <Unknown problem={problem ?? ''} />}
    </Dialog>
  )
}

function Choices({ isGone, hasTheirs }: { isGone: boolean; hasTheirs: boolean }) {
  const { t } = useLingui()
  const { store } = useHandle()
  const mine = useDoc((state) => state.document)
  const [, navigate] = useLocation()
  const [isPending, setPending] = useState(false)
  const attempt = (work: () => Promise<void>) => {
    setPending(true)
    void work().catch(toast.error).finally(() => setPending(false))
  }
  const keepCopy = async () => {
    const title = mine.title || t`Untitled experiment`
    navigate(links.experiment(await store.getState().keepCopy(isGone ? title : t`${title} (my changes)`)))
  }
  const letGo = () => {
    navigate(links.experiments())
    store.getState().letGo()
  }
  // What keeps it from being read stays on the dialog itself.
  const again = () => store.getState().retry().catch(() => undefined)
  return (
    <>
      {isGone && <Button isDisabled={isPending} onPress={letGo}><Trans>Let go of it</Trans></Button>}
      {hasTheirs && (
        <>
          <Button isDisabled={isPending} onPress={() => attempt(() => store.getState().putMine())}>
            <Trans>Replace theirs with mine</Trans>
          </Button>
          <Button isDisabled={isPending} onPress={() => store.getState().takeTheirs()}>
            <Trans>Take theirs</Trans>
          </Button>
        </>
      )}
      {!isGone && !hasTheirs && <Button isDisabled={isPending} onPress={() => attempt(again)}><Trans>Try again</Trans></Button>}
      <Button variant="primary" isPending={isPending} onPress={() => attempt(keepCopy)} autoFocus>
        {isGone ? <Trans>Keep as a new experiment</Trans> : <Trans>Keep mine as a copy</Trans>}
      </Button>
    </>
  )
}

function Differing({ theirs }: { theirs: Experiment }) {
  const mine = useDoc((state) => state.document)
  const found = useMemo(() => differences(theirs, mine), [theirs, mine])
  return (
    <>
      <p>
        <Trans>
          While you were working on this experiment, another tab or another person saved a different version of it. Nothing has been overwritten.
          Your changes are lost only if you take theirs.
        </Trans>
      </p>
      <h3>
        <Plural value={found.length} one="Yours differs in # place" other="Yours differs in # places" />
      </h3>
      <ul className={styles.differences}>
        {found.map((each) => (
          <li key={`${each.kind} ${each.node ?? ''}`}>
            <Words difference={each} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Gone() {
  return <p><Trans>Another tab or another person deleted this experiment. What you see here is still whole: keep it as a new experiment, or let go of it.</Trans></p>
}

function Unknown({ problem }: { problem: string }) {
  return (
    <>
      <p>
        <Trans>
          While you were working on this experiment, another tab or another person saved a different version of it, which could not be read yet.
          Nothing has been overwritten, and your changes are kept in this browser.
        </Trans>
      </p>
      <p>{problem}</p>
    </>
  )
}

function Words({ difference: { kind, node = '', what = [] } }: { difference: Difference }) {
  const list = what.join(', ')
  if (kind === 'added') return <Trans><b>{node}</b> is only in yours</Trans>
  if (kind === 'removed') return <Trans><b>{node}</b> is only in theirs</Trans>
  if (kind === 'moved') return <Trans><b>{node}</b> stands elsewhere</Trans>
  if (kind === 'changed') return <Trans><b>{node}</b>: {list}</Trans>
  if (kind === 'title') return <Trans>Title or description</Trans>
  if (kind === 'environment') return <Trans>Environment</Trans>
  if (kind === 'service') return <Trans>Web service</Trans>
  return <Trans>Notes or groups</Trans>
}
