import { Trans, useLingui } from '@lingui/react/macro'
import { isolateHistory } from '@codemirror/commands'
import type { EditorView } from '@codemirror/view'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { type Conversion, language } from '../api/language'
import { DiffLines } from '../runs/DiffLines'
import { Button, Dialog, ErrorNote, Loading, Note } from '../ui'
import { difference } from './difference'
import styles from './ConversionDialog.module.css'

/** A script of Python 2 beside what it becomes; taken over as one change, which Undo takes back. */
export function ConversionDialog({ view, onClose }: { view: EditorView; onClose: () => void }) {
  const { t } = useLingui()
  const [text] = useState(() => view.state.doc.toString())
  const { data, error } = useQuery({
    queryKey: ['language', 'conversion', text],
    queryFn: ({ signal }) => language.conversion(text, signal),
    staleTime: Infinity,
    gcTime: 0,
  })
  const convert = (next: string) => {
    const changes = difference(view.state.doc.toString(), next)
    if (changes) view.dispatch({ changes, annotations: isolateHistory.of('full'), userEvent: 'input.convert' })
    onClose()
  }
  const actions = (
    <>
      <Button onPress={onClose}>{t`Cancel`}</Button>
      <Button variant="primary" isDisabled={!data?.changed} onPress={() => data && convert(data.text)}>{t`Convert`}</Button>
    </>
  )
  return (
    <Dialog title={t`Convert to Python 3`} isOpen onClose={onClose} size="large" actions={actions}>
      {error ? <ErrorNote error={error} /> : data ? <Converted conversion={data} /> : <Loading label={t`Converting…`} />}
    </Dialog>
  )
}

function Converted({ conversion: { changed, diff, notes } }: { conversion: Conversion }) {
  const { t } = useLingui()
  if (!changed) return <Note><Trans>Nothing in it has to change.</Trans></Note>
  return (
    <>
      <p className={styles.words}><Trans>These lines change. Undo brings the script back as it was.</Trans></p>
      <DiffLines lines={diff} label={t`What changes`} className={styles.diff} />
      {notes.length > 0 && (
        <section className={styles.notes}>
          <h3><Trans>Look at these yourself</Trans></h3>
          <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul>
        </section>
      )}
    </>
  )
}
