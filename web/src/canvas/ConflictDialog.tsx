import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'

import { links } from '../app/links'
import { type Difference, differences } from '../document/differences'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { toast } from '../ui/toasts'
import { useDoc, useHandle } from './context'
import styles from './EditorPage.module.css'

/** Somebody else saved while this page had changes of its own: nothing is overwritten unless one says so. */
export function ConflictDialog() {
  const { t } = useLingui()
  const { store } = useHandle()
  const [, navigate] = useLocation()
  const isConflict = useDoc((state) => state.saveState === 'conflict')
  const theirs = useDoc((state) => state.theirs)
  const mine = useDoc((state) => state.document)
  const [isPending, setPending] = useState(false)
  const found = useMemo(() => (theirs ? differences(theirs.document, mine) : []), [theirs, mine])
  if (!isConflict || !theirs) return null
  const attempt = (work: () => Promise<void>) => {
    setPending(true)
    void work().catch(toast.error).finally(() => setPending(false))
  }
  const keepCopy = async () => {
    const title = t`${mine.title || t`Untitled experiment`} (my changes)`
    navigate(links.experiment(await store.getState().keepCopy(title)))
  }
  return (
    <Dialog
      title={t`Changed elsewhere, too`}
      isOpen
      isFirm
      onClose={() => undefined}
      size="medium"
      actions={
        <>
          <Button isDisabled={isPending} onPress={() => attempt(() => store.getState().putMine())}>
            <Trans>Replace theirs with mine</Trans>
          </Button>
          <Button isDisabled={isPending} onPress={() => store.getState().takeTheirs()}>
            <Trans>Take theirs</Trans>
          </Button>
          <Button variant="primary" isPending={isPending} onPress={() => attempt(keepCopy)} autoFocus>
            <Trans>Keep mine as a copy</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>While you were working on this experiment, another tab or another person saved a different version of it. Nothing has been overwritten.</Trans>
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
    </Dialog>
  )
}

function Words({ difference: { kind, node = '', what = [] } }: { difference: Difference }) {
  const list = what.join(', ')
  if (kind === 'added') return <Trans><b>{node}</b> is only in yours</Trans>
  if (kind === 'removed') return <Trans><b>{node}</b> is only in theirs</Trans>
  if (kind === 'moved') return <Trans><b>{node}</b> stands elsewhere</Trans>
  if (kind === 'changed') return <Trans><b>{node}</b>: {list}</Trans>
  if (kind === 'title') return <Trans>Title or description</Trans>
  if (kind === 'service') return <Trans>Web service</Trans>
  return <Trans>Notes or groups</Trans>
}
